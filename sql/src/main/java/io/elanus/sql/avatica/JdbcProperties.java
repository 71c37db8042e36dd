package io.elanus.sql.avatica;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.error.Suggestions;
import io.elanus.sql.session.Session;
import io.elanus.storage.ErrorCode;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What a client may say when it connects: the session's settings, how values travel, who it is. Everything else is
/// refused with the nearest name; names that only concern the client's own side are passed over.
final class JdbcProperties {
    private static final String WIRE = "wire";
    private static final String VECTOR_TYPE = "vectorType";

    /// Properties of the stock client about itself. None of those that name a class is among them.
    private static final Set<String> CLIENT_SIDE = Set.of(
            "url",
            "serialization",
            "authentication",
            "avatica_user",
            "avatica_password",
            "user",
            "password",
            "applicationName",
            "fetch_size",
            "timeZone",
            "transparent_reconnection",
            "truststore",
            "truststore_password",
            "keystore",
            "keystore_password",
            "key_password",
            "keystore_type",
            "truststore_type",
            "hostname_verification",
            "http_connection_timeout",
            "http_response_timeout",
            "use_client_side_lb",
            "lb_urls",
            "lb_connection_failover_retries",
            "lb_connection_failover_sleep_time",
            "avatica.statement.retries");

    private JdbcProperties() {}

    static Wire wire(Map<String, String> properties) {
        boolean exact = "native".equals(properties.get(WIRE));
        String form = properties.getOrDefault(VECTOR_TYPE, exact ? "binary" : "varchar");
        return new Wire(
                exact,
                Wire.VectorForm.find(form)
                        .orElseThrow(() -> new QueryException(
                                ErrorCode.INVALID_PARAMETER,
                                "Connection property [%s] has the value [%s].".formatted(VECTOR_TYPE, printable(form)),
                                "It takes " + Wire.VectorForm.NAMES + ".")));
    }

    /// Sets the session's settings among them.
    static void apply(Map<String, String> properties, Session session) {
        Set<String> settings = session.settings().keySet();
        properties.forEach((name, value) -> {
            if (settings.contains(name)) {
                session.set(name, value);
            } else if (!name.equals(WIRE) && !name.equals(VECTOR_TYPE) && !CLIENT_SIDE.contains(name)) {
                throw unknown(name, settings);
            }
        });
    }

    private static QueryException unknown(String name, Set<String> settings) {
        var known = new TreeSet<>(settings);
        known.addAll(Set.of(VECTOR_TYPE, "user", "password", "applicationName"));
        return new QueryException(
                ErrorCode.INVALID_PARAMETER,
                "There is no connection property [%s].".formatted(printable(name)),
                Suggestions.didYouMean(name, known).orElse("Known are " + String.join(", ", known) + "."));
    }

    /// Client text in a message: short and without control characters.
    static String printable(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.length() > 60 ? line.substring(0, 60) + "…" : line;
    }
}
