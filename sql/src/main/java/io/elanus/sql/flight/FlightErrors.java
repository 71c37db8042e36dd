package io.elanus.sql.flight;

import com.google.protobuf.InvalidProtocolBufferException;
import io.elanus.sql.error.QueryErrors;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.ErrorFlightMetadata;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightRuntimeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// From whatever went wrong to the status of a call. What is a bug of ours goes to the log in full, once, here.
final class FlightErrors {
    private static final Logger LOG = LoggerFactory.getLogger(FlightErrors.class);
    /// Of a sentence or a hint, as a header carries it. Headers of HTTP/2 are small; clients refuse larger ones.
    private static final int MAX_BYTES = 2_000;

    private FlightErrors() {}

    static FlightRuntimeException of(Throwable problem) {
        if (problem instanceof FlightRuntimeException flight) {
            return flight;
        }
        QueryException error = isUnknownDescriptor(problem)
                ? new QueryException(
                        ErrorCode.PROTOCOL_VIOLATION, "The request cannot be read.", "Send a path or a command.")
                : QueryErrors.of(problem);
        if (error.code() == ErrorCode.INTERNAL) {
            LOG.atError().setCause(problem).log("A Flight call met a bug");
        }
        var parts = new ErrorFlightMetadata();
        parts.insert("elanus-sqlstate", error.code().sqlState());
        if (error.position() > 0) {
            parts.insert("elanus-position", Integer.toString(error.position()));
        }
        error.hint().ifPresent(hint -> parts.insert("elanus-hint-bin", cut(hint).getBytes(StandardCharsets.UTF_8)));
        return status(error.code())
                .withDescription(description(error))
                .withMetadata(parts)
                .toRuntimeException();
    }

    /// The status of a call that may have been failed by Flight itself, which names classes and gives no SQLSTATE.
    static Status polite(Status status) {
        String text = status.getDescription();
        boolean fault = status.getCode() == Status.Code.INTERNAL || status.getCode() == Status.Code.UNKNOWN;
        if (!fault || (text != null && text.contains("[SQLSTATE "))) {
            return status;
        }
        if (isUnreadable(text, status.getCause())) {
            return Status.INVALID_ARGUMENT.withDescription(
                    "The request cannot be read. [SQLSTATE %s]".formatted(ErrorCode.PROTOCOL_VIOLATION.sqlState()));
        }
        LOG.atError().setCause(status.getCause()).addKeyValue("said", text).log("A Flight call met a bug");
        return Status.INTERNAL.withDescription("The server met a bug. Its log has the details. [SQLSTATE %s]"
                .formatted(ErrorCode.INTERNAL.sqlState()));
    }

    private static boolean isUnreadable(@Nullable String text, @Nullable Throwable error) {
        if (text != null && (text.startsWith("Could not unpack") || text.startsWith("Half-closed without"))) {
            return true;
        }
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidProtocolBufferException) {
                return true;
            }
        }
        return error != null && isUnknownDescriptor(error);
    }

    /// Flight reads a descriptor of a kind that it does not know with this exception, also deep in an action's body.
    private static boolean isUnknownDescriptor(Throwable error) {
        StackTraceElement[] trace = error.getStackTrace();
        return error instanceof UnsupportedOperationException
                && trace.length > 0
                && trace[0].getClassName().equals(FlightDescriptor.class.getName());
    }

    private static String description(QueryException error) {
        var text = new StringBuilder(cut(String.valueOf(error.getMessage())));
        if (error.position() > 0) {
            text.append(" (at character ").append(error.position()).append(')');
        }
        text.append(" [SQLSTATE ").append(error.code().sqlState()).append(']');
        error.hint().ifPresent(hint -> text.append("\nHINT: ").append(cut(hint)));
        return text.toString();
    }

    private static String cut(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
            bytes += headerBytes(text.codePointAt(i));
            if (bytes > MAX_BYTES) {
                return text.substring(0, i) + " …";
            }
        }
        return text;
    }

    /// gRPC writes every byte of UTF-8 that is not plain ASCII as three characters.
    private static int headerBytes(int character) {
        if (character >= ' ' && character <= '~' && character != '%') {
            return 1;
        }
        int bytes = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x1_0000 ? 3 : 4;
        return 3 * bytes;
    }

    private static CallStatus status(ErrorCode code) {
        return switch (code) {
            case UNDEFINED_TABLE, UNDEFINED_COLUMN, UNDEFINED_OBJECT, UNDEFINED_SCHEMA, INVALID_STATEMENT_ID ->
                CallStatus.NOT_FOUND;
            case DUPLICATE_TABLE, DUPLICATE_SCHEMA, DUPLICATE_OBJECT, DUPLICATE_COLUMN, UNIQUE_VIOLATION ->
                CallStatus.ALREADY_EXISTS;
            case FEATURE_NOT_SUPPORTED, UNDEFINED_FUNCTION -> CallStatus.UNIMPLEMENTED;
            case CANCELLED -> CallStatus.CANCELLED;
            case READ_ONLY_SESSION -> CallStatus.UNAUTHORIZED;
            case INVALID_CONNECTION, INVALID_AUTHORIZATION, INVALID_PASSWORD -> CallStatus.UNAUTHENTICATED;
            case OUT_OF_MEMORY,
                    DISK_FULL,
                    LIMIT_EXCEEDED,
                    STATEMENT_TOO_LONG,
                    STATEMENT_TOO_COMPLEX,
                    TOO_MANY_CONNECTIONS,
                    TOO_MANY_STATEMENTS -> CallStatus.RESOURCE_EXHAUSTED;
            case NOT_READY, UNAVAILABLE, TIMESTAMP_LAG -> CallStatus.UNAVAILABLE;
            default ->
                code.reader() == ErrorCode.Reader.USER && code != ErrorCode.OUTCOME_UNKNOWN
                        ? CallStatus.INVALID_ARGUMENT
                        : CallStatus.INTERNAL;
        };
    }
}
