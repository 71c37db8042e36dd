package io.elanus.storage.meta.etcd;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.etcd.jetcd.common.exception.EtcdException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/// What etcd's errors mean.
final class EtcdErrors {
    private static final Set<Status.Code> PASSING = Set.of(
            Status.Code.UNAVAILABLE,
            Status.Code.DEADLINE_EXCEEDED,
            Status.Code.RESOURCE_EXHAUSTED,
            Status.Code.ABORTED,
            Status.Code.UNKNOWN,
            Status.Code.INTERNAL);

    private EtcdErrors() {}

    static Throwable unwrap(Throwable error) {
        Throwable cause = error.getCause();
        return cause != null && (error instanceof CompletionException || error instanceof ExecutionException)
                ? unwrap(cause)
                : error;
    }

    /// Worth another attempt: no leader, a lost connection, a member that is starting.
    static boolean passing(Throwable error) {
        return switch (unwrap(error)) {
            case TimeoutException _ -> true;
            case EtcdException etcd ->
                PASSING.contains(Status.Code.valueOf(etcd.getErrorCode().name()));
            case StatusRuntimeException status ->
                PASSING.contains(status.getStatus().getCode());
            default -> false;
        };
    }

    static boolean leaseIsGone(Throwable error) {
        String message = unwrap(error).getMessage();
        return message != null && message.contains("lease not found");
    }

    /// @param outcomeUnknown whether the request may have been carried out
    static StorageException of(String doing, Throwable error, boolean outcomeUnknown) {
        Throwable cause = unwrap(error);
        return new StorageException(
                outcomeUnknown ? ErrorCode.OUTCOME_UNKNOWN : ErrorCode.UNAVAILABLE,
                "Could not %s: etcd answered [%s]. Check that a majority of its members is up and reachable."
                        .formatted(doing, cause instanceof TimeoutException ? "nothing in time" : cause.getMessage()),
                cause);
    }
}
