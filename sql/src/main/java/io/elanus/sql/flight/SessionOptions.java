package io.elanus.sql.flight;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.storage.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.arrow.flight.GetSessionOptionsResult;
import org.apache.arrow.flight.SessionOptionValue;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SessionOptionValueVisitor;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.SetSessionOptionsResult;
import org.apache.arrow.flight.SetSessionOptionsResult.Error;
import org.apache.arrow.flight.SetSessionOptionsResult.ErrorValue;

/// The settings of a session as Flight's session options, under the names of `SET`; and `catalog`, of which there is
/// one.
final class SessionOptions {
    private static final String CATALOG = "catalog";
    private static final Pattern NAME = Pattern.compile("[a-z_]{1,64}");

    private SessionOptions() {}

    static SetSessionOptionsResult set(FlightSession session, SetSessionOptionsRequest request) {
        var errors = new HashMap<String, Error>();
        request.getSessionOptions().forEach((name, value) -> {
            try {
                set(session, name, value);
            } catch (QueryException e) {
                boolean unknown = e.code() == ErrorCode.INVALID_PARAMETER
                        && !session.session().settings().containsKey(name)
                        && !name.equals(CATALOG);
                errors.put(name, new Error(unknown ? ErrorValue.INVALID_NAME : ErrorValue.INVALID_VALUE));
            }
        });
        return new SetSessionOptionsResult(errors);
    }

    private static void set(FlightSession session, String name, SessionOptionValue value) {
        if (value.isEmpty()) {
            reset(session, name);
            return;
        }
        String text = value.acceptVisitor(new Text());
        if (name.equals(CATALOG)) {
            if (!text.equals(ResultSchemas.CATALOG)) {
                throw new QueryException(ErrorCode.INVALID_PARAMETER, "Catalog [%s] does not exist.".formatted(text));
            }
            return;
        }
        session.enter(() -> {
            session.session().set(name, text);
            return text;
        });
    }

    private static void reset(FlightSession session, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new QueryException(ErrorCode.INVALID_PARAMETER, "Setting [%s] does not exist.".formatted(name));
        }
        if (!name.equals(CATALOG)) {
            session.enter(() -> session.session().prepare("RESET " + name).run(List.of(), RunOptions.DEFAULT))
                    .close();
        }
    }

    static GetSessionOptionsResult all(FlightSession session) {
        var values = new HashMap<String, SessionOptionValue>();
        Map<String, String> settings = session.session().settings();
        settings.forEach((name, value) -> values.put(name, SessionOptionValueFactory.makeSessionOptionValue(value)));
        values.put(CATALOG, SessionOptionValueFactory.makeSessionOptionValue(ResultSchemas.CATALOG));
        return new GetSessionOptionsResult(values);
    }

    /// The value as `SET` takes it.
    private static final class Text implements SessionOptionValueVisitor<String> {
        @Override
        public String visit(String value) {
            return value;
        }

        @Override
        public String visit(boolean value) {
            return Boolean.toString(value);
        }

        @Override
        public String visit(long value) {
            return Long.toString(value);
        }

        @Override
        public String visit(double value) {
            return Double.toString(value);
        }

        @Override
        public String visit(String[] value) {
            return String.join(",", value);
        }

        @Override
        public String visit(Void value) {
            throw new IllegalStateException("An empty value resets the option");
        }
    }
}
