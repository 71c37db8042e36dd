package io.elanus.jdbc;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;

/// Reads the URL and the properties of a connection. The server knows which settings exist and refuses the others;
/// here only those are refused that would load a class in this process.
final class ConnectionUrl {
    static final String PREFIX = "jdbc:elanus:";
    static final int DEFAULT_PORT = 7070;
    /// Keys of the properties that stay on this side.
    static final String HOSTS = "url";

    static final String FETCH_SIZE = "fetch_size";
    static final String TRANSPARENT_RECONNECTION = "transparent_reconnection";
    static final String TIME_ZONE = "timeZone";
    static final String USER = "user";
    static final String PASSWORD = "password";
    static final Set<String> LOCAL = Set.of(
            HOSTS,
            FETCH_SIZE,
            TRANSPARENT_RECONNECTION,
            TIME_ZONE,
            USER,
            PASSWORD,
            Encryption.SSL,
            Encryption.MODE,
            Encryption.ROOT_CERT);

    private static final Set<String> CLASS_NAMES = Set.of(
            "factory",
            "httpclient_factory",
            "httpclient_impl",
            "lb_strategy",
            "bearer_token_provider_class",
            "model",
            "schemafactory",
            "parserfactory",
            "typesystem",
            "metatablefactory",
            "metacolumnfactory",
            "datasource",
            "fun");

    private ConnectionUrl() {}

    static boolean isEmbedded(String url) {
        return url.startsWith(PREFIX + "file:") || url.startsWith(PREFIX + "mem:");
    }

    static Properties parse(String url, Properties info) throws SQLException {
        var properties = new Properties();
        for (String name : info.stringPropertyNames()) {
            put(properties, name, info.getProperty(name));
        }
        String rest = url.substring(PREFIX.length());
        if (!rest.startsWith("//")) {
            throw new SQLException(
                    "[" + url + "] is no URL of this driver. Write jdbc:elanus://host:port/schema", "08001");
        }
        int question = rest.indexOf('?');
        String path = question < 0 ? rest.substring(2) : rest.substring(2, question);
        if (question >= 0) {
            for (String pair : rest.substring(question + 1).split("&")) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    put(properties, decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
                } else if (!pair.isEmpty()) {
                    throw new SQLException("URL property [" + pair + "] has no value. Write name=value", "08001");
                }
            }
        }
        int slash = path.indexOf('/');
        if (slash >= 0 && slash + 1 < path.length()) {
            put(properties, "schema", decode(path.substring(slash + 1)));
        }
        properties.setProperty(HOSTS, hosts(slash < 0 ? path : path.substring(0, slash)));
        properties.putIfAbsent(FETCH_SIZE, "0");
        properties.putIfAbsent("wire", "native");
        properties.setProperty(TRANSPARENT_RECONNECTION, "true");
        return properties;
    }

    private static void put(Properties properties, String name, String value) throws SQLException {
        if (CLASS_NAMES.contains(name.toLowerCase(Locale.ROOT))) {
            throw new SQLException(
                    "Property [" + name + "] names a class to load, which this driver never does", "22023");
        }
        properties.setProperty(name, value);
    }

    private static String hosts(String list) throws SQLException {
        var hosts = new StringBuilder();
        for (String host : list.isEmpty() ? new String[] {"127.0.0.1"} : list.split(",")) {
            String full = host.matches(".*:\\d+") ? host : host + ":" + DEFAULT_PORT;
            if (!full.matches("([\\w.-]+|\\[[0-9a-fA-F:]+]):\\d{1,5}")) {
                throw new SQLException("[" + host + "] is no host and port. Write host:7070", "08001");
            }
            hosts.append(hosts.length() == 0 ? "" : ",").append(full);
        }
        return hosts.toString();
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    static DriverPropertyInfo[] describe(Properties info) {
        List<String[]> known = List.of(
                new String[] {USER, "Name of the user"},
                new String[] {PASSWORD, "Password of the user; it is never sent"},
                new String[] {Encryption.SSL, "true: encrypt the connection with TLS"},
                new String[] {Encryption.MODE, "verify-full, verify-ca, require or disable"},
                new String[] {Encryption.ROOT_CERT, "PEM file of the authorities to trust; the JVM's unless set"},
                new String[] {"schema", "Schema that unqualified names are looked up in"},
                new String[] {"consistency", "strong, bounded, session or eventually"},
                new String[] {"vectorType", "JDBC type that vectors are reported as: binary, varchar, array or object"},
                new String[] {FETCH_SIZE, "Rows to fetch at a time; 0: as many as fit in a megabyte"},
                new String[] {TIME_ZONE, "Time zone of java.sql times without one; the JVM's unless set"});
        return known.stream()
                .map(each -> {
                    var property = new DriverPropertyInfo(each[0], info.getProperty(each[0]));
                    property.description = each[1];
                    return property;
                })
                .toArray(DriverPropertyInfo[]::new);
    }
}
