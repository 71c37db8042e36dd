package io.elanus.sql.session;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.plan.rel.SessionValue;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ColumnType;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns the parameters of one run into constants.
///
/// @param now what CURRENT_TIMESTAMP and its like say, the same in the whole statement
record Binding(Caller caller, Instant now) {
    /// Whose statement it is.
    ///
    /// @param user who logged in
    /// @param role whose rights count now
    record Caller(String user, String role, String schema, ZoneId zone) {}

    /// The caller's parameters, then the session's values.
    List<Literal> literals(
            List<? extends @Nullable Object> given, List<ColumnType> types, List<SessionValue> sessionValues) {
        if (given.size() != types.size()) {
            throw new QueryException(
                    ErrorCode.PROTOCOL_VIOLATION,
                    "The statement has [%d] parameters, given are [%d].".formatted(types.size(), given.size()),
                    "Set a value for each ?.");
        }
        var literals = new ArrayList<Literal>(types.size() + sessionValues.size());
        for (int i = 0; i < types.size(); i++) {
            literals.add(literal(given.get(i), types.get(i), i));
        }
        sessionValues.forEach(value -> literals.add(literal(sessionValue(value), value.type(), -1)));
        return literals;
    }

    private static Literal literal(@Nullable Object value, ColumnType type, int index) {
        try {
            return Literals.of(value, type);
        } catch (StorageException e) {
            throw new QueryException(e.code(), "Parameter [%d]: %s".formatted(index + 1, e.getMessage()), 0, null, e);
        } catch (IllegalArgumentException e) {
            throw new QueryException(
                    ErrorCode.DATATYPE_MISMATCH,
                    "Parameter [%d] is [%s] and does not take a value of this kind.".formatted(index + 1, type.sql()),
                    0,
                    "Send a value of that type, or its text.",
                    e);
        }
    }

    private Object sessionValue(SessionValue value) {
        return switch (value) {
            case CURRENT_TIMESTAMP -> now.atOffset(ZoneOffset.UTC);
            case LOCALTIMESTAMP -> now.atZone(caller.zone()).toLocalDateTime();
            case CURRENT_DATE -> now.atZone(caller.zone()).toLocalDate();
            case CURRENT_TIME -> now.atZone(caller.zone()).toLocalTime();
            case CURRENT_USER -> caller.role();
            case SESSION_USER -> caller.user();
            case CURRENT_SCHEMA -> caller.schema();
            case CURRENT_CATALOG -> "elanus";
            case VERSION -> ElanusSession.PRODUCT;
        };
    }
}
