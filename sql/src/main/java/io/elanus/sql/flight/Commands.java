package io.elanus.sql.flight;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import org.apache.arrow.flight.FlightDescriptor;

/// Reads the Flight SQL messages within calls of Flight; one that cannot be read is the client's fault. Stateless.
final class Commands {
    private Commands() {}

    /// The command that a call names.
    static Any of(FlightDescriptor descriptor) {
        if (!descriptor.isCommand()) {
            throw new QueryException(
                    ErrorCode.PROTOCOL_VIOLATION,
                    "The call names a path, and this server knows Flight SQL commands only.");
        }
        return parse(descriptor.getCommand());
    }

    static Any parse(byte[] bytes) {
        try {
            return Any.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw garbage(e);
        }
    }

    static <T extends Message> T unpack(Any command, Class<T> type) {
        try {
            return command.unpack(type);
        } catch (InvalidProtocolBufferException e) {
            throw garbage(e);
        }
    }

    private static QueryException garbage(InvalidProtocolBufferException cause) {
        return new QueryException(
                ErrorCode.PROTOCOL_VIOLATION, "The call holds no Flight SQL message that can be read.", 0, null, cause);
    }

    static void refuseTransaction(ByteString id) {
        if (!id.isEmpty()) {
            throw new QueryException(ErrorCode.FEATURE_NOT_SUPPORTED, "There are no transactions over several calls.");
        }
    }
}
