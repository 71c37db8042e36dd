package io.elanus.cluster.runtime;

import io.elanus.cluster.ClusterException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.memory.MappedFault;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import org.apache.arrow.memory.OutOfMemoryException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How an error crosses a remote call: its code and its sentence travel in the trailers, and arrive as a
/// [ClusterException]. What is not an error of ours arrives as INTERNAL, and is logged where it happened.
public final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
    private static final Metadata.Key<String> CODE = Metadata.Key.of("elanus-code", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<byte[]> MESSAGE =
            Metadata.Key.of("elanus-message-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private Failures() {}

    /// The error below the wrappers that futures put around it.
    public static Throwable unwrap(Throwable error) {
        Throwable current = error;
        while ((current instanceof CompletionException || current instanceof ExecutionException)
                && current.getCause() != null) {
            current = current.getCause();
        }
        return current;
    }

    /// The code of one of our errors, however wrapped.
    public static Optional<ErrorCode> code(@Nullable Throwable error) {
        return switch (error == null ? null : unwrap(error)) {
            case ClusterException e -> Optional.of(e.code());
            case StorageException e -> Optional.of(e.code());
            case null, default -> Optional.empty();
        };
    }

    public static boolean hasCode(@Nullable Throwable error, ErrorCode... codes) {
        ErrorCode code = code(error).orElse(null);
        for (ErrorCode candidate : codes) {
            if (candidate == code) {
                return true;
            }
        }
        return false;
    }

    /// The error as the caller of a remote method sees it.
    public static ClusterException toCluster(Throwable error) {
        return switch (unwrap(error)) {
            case ClusterException e -> e;
            case StorageException e -> new ClusterException(e.code(), message(e), e);
            case StatusRuntimeException e -> fromStatus(e);
            case RejectedExecutionException e ->
                new ClusterException(ErrorCode.UNAVAILABLE, "The node takes no more work now: " + message(e), e);
            case InternalError e
            when MappedFault.is(e) ->
                new ClusterException(
                        ErrorCode.CORRUPT,
                        "A file that is in use could not be read any more: it was cut off, or its disk fails."
                                + " Check the data disk, restore the file from a copy, and restart the server.",
                        e);
            case OutOfMemoryException e ->
                new ClusterException(
                        ErrorCode.OUT_OF_MEMORY,
                        "A node has too little memory for the request now. Try again, or give it more.",
                        e);
            case OutOfMemoryError e ->
                new ClusterException(
                        ErrorCode.OUT_OF_MEMORY, "A node has too little memory for the request. Narrow it.", e);
            case Throwable e ->
                new ClusterException(ErrorCode.INTERNAL, "A role failed unexpectedly: " + message(e), e);
        };
    }

    /// The error as it leaves the server.
    public static StatusRuntimeException toStatus(String method, Throwable error) {
        ClusterException failure = toCluster(error);
        if (failure.code() == ErrorCode.INTERNAL) {
            LOG.error("Method [{}] failed unexpectedly; this is a bug", method, unwrap(error));
        }
        var trailers = new Metadata();
        trailers.put(CODE, failure.code().name());
        trailers.put(MESSAGE, message(failure).getBytes(StandardCharsets.UTF_8));
        return Status.UNKNOWN.withDescription(failure.code().name()).asRuntimeException(trailers);
    }

    private static ClusterException fromStatus(StatusRuntimeException status) {
        Metadata trailers = status.getTrailers();
        String name = trailers == null ? null : trailers.get(CODE);
        if (trailers != null && name != null) {
            byte[] text = trailers.get(MESSAGE);
            return new ClusterException(
                    known(name), text == null ? name : new String(text, StandardCharsets.UTF_8), status);
        }
        return switch (status.getStatus().getCode()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED -> noAnswer(status);
            case UNIMPLEMENTED ->
                new ClusterException(
                        ErrorCode.NOT_READY, "A node does not serve this call yet. Try again shortly.", status);
            default ->
                wasClosed(status)
                        ? noAnswer(status)
                        : new ClusterException(
                                ErrorCode.INTERNAL, "A remote call failed: " + status.getStatus(), status);
        };
    }

    /// gRPC says UNAVAILABLE of a socket that broke, but UNKNOWN of one that was closed just before a call began on it.
    private static boolean wasClosed(StatusRuntimeException status) {
        return status.getStatus().getCause() instanceof ClosedChannelException;
    }

    private static ClusterException noAnswer(StatusRuntimeException status) {
        return new ClusterException(
                ErrorCode.UNAVAILABLE,
                "A node gave no answer (%s). It may be starting or gone; try again."
                        .formatted(status.getStatus().getCode()),
                status);
    }

    /// A newer node may know codes that this one does not.
    private static ErrorCode known(String name) {
        for (ErrorCode code : ErrorCode.values()) {
            if (code.name().equals(name)) {
                return code;
            }
        }
        return ErrorCode.INTERNAL;
    }

    private static String message(Throwable error) {
        return error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
    }
}
