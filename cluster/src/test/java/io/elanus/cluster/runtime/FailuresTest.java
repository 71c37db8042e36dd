package io.elanus.cluster.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.cluster.ClusterException;
import io.elanus.storage.ErrorCode;
import io.grpc.Status;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What gRPC itself says of a call, without a node having had a say.
class FailuresTest {
    static Stream<Arguments> statuses() {
        return Stream.of(
                Arguments.of(Status.UNAVAILABLE.withCause(new IOException("reset")), ErrorCode.UNAVAILABLE),
                Arguments.of(Status.DEADLINE_EXCEEDED, ErrorCode.UNAVAILABLE),
                Arguments.of(Status.CANCELLED, ErrorCode.UNAVAILABLE),
                Arguments.of(
                        Status.UNKNOWN.withDescription("channel closed").withCause(new ClosedChannelException()),
                        ErrorCode.UNAVAILABLE),
                Arguments.of(Status.UNIMPLEMENTED, ErrorCode.NOT_READY),
                Arguments.of(Status.UNKNOWN.withCause(new IllegalStateException("a bug")), ErrorCode.INTERNAL),
                Arguments.of(Status.RESOURCE_EXHAUSTED, ErrorCode.INTERNAL));
    }

    @ParameterizedTest
    @MethodSource("statuses")
    void whatMayPassIsToldFromWhatIsABug(Status status, ErrorCode code) {
        ClusterException failure = Failures.toCluster(new CompletionException(status.asRuntimeException()));
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure)
                .hasMessageContaining(
                        status.getCode() == Status.Code.UNIMPLEMENTED
                                ? "not serve"
                                : status.getCode().name());
    }
}
