package io.elanus.cluster.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.cluster.ClusterException;
import io.elanus.proto.grpc.AllocateIdsReply;
import io.elanus.proto.grpc.AllocateIdsRequest;
import io.elanus.proto.grpc.RootCoordGrpc;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GrpcRpcTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final InProcessTransport transport = new InProcessTransport("grpc-rpc-test");
    private final ThreadEventLoop loop = new ThreadEventLoop("test-loop", 100, new SystemClock()).start();
    private final GrpcRpc rpc = new GrpcRpc(transport::channel);

    @AfterEach
    void close() {
        transport.close();
        loop.close();
    }

    private void serve(ServiceTable.Handler<AllocateIdsRequest, AllocateIdsReply> handler) {
        var table = new ServiceTable().add(RootCoordGrpc.getAllocateIdsMethod(), handler);
        transport.serve("rootcoord", GrpcServices.of(table, loop));
    }

    private AllocateIdsReply call(Duration timeout) {
        return rpc.call(
                        "rootcoord",
                        RootCoordGrpc.getAllocateIdsMethod(),
                        AllocateIdsRequest.newBuilder().setCount(7).build(),
                        timeout)
                .join();
    }

    @Test
    void answersFromTheLoopOfTheCallee() {
        serve(request -> {
            assertThat(loop.inLoop()).isTrue();
            return CompletableFuture.completedFuture(
                    AllocateIdsReply.newBuilder().setFirst(request.getCount()).build());
        });
        assertThat(call(SOON).getFirst()).isEqualTo(7);
    }

    @Test
    void carriesCodeAndSentenceOfAnError() {
        serve(request -> CompletableFuture.failedFuture(
                new StorageException(ErrorCode.DISK_FULL, "Der Datenträger [π] ist voll.")));
        assertFails(SOON, ErrorCode.DISK_FULL, "Der Datenträger [π] ist voll.");
    }

    @Test
    void reportsAHandlerThatThrowsAsInternal() {
        serve(request -> {
            throw new IllegalStateException("on purpose");
        });
        assertFails(SOON, ErrorCode.INTERNAL, "on purpose");
    }

    @Test
    void reportsANodeThatIsNotThereAndFindsItOnceItIs() {
        assertFails(SOON, ErrorCode.UNAVAILABLE, "no answer");
        serve(request -> CompletableFuture.completedFuture(AllocateIdsReply.getDefaultInstance()));
        assertThat(call(SOON)).isEqualTo(AllocateIdsReply.getDefaultInstance());
    }

    @Test
    void reportsAnAnswerThatDoesNotComeInTime() {
        serve(request -> new CompletableFuture<>());
        assertFails(Duration.ofMillis(30), ErrorCode.UNAVAILABLE, "no answer");
    }

    @Test
    void reportsALoopThatIsGone() {
        serve(request -> new CompletableFuture<>());
        loop.close();
        assertFails(SOON, ErrorCode.UNAVAILABLE, "no more work");
    }

    private void assertFails(Duration timeout, ErrorCode code, String text) {
        assertThatThrownBy(() -> call(timeout))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        ClusterException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(text);
    }
}
