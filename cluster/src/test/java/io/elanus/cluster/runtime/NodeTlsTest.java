package io.elanus.cluster.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.cluster.ClusterException;
import io.elanus.proto.grpc.AllocateIdsReply;
import io.elanus.proto.grpc.AllocateIdsRequest;
import io.elanus.proto.grpc.RootCoordGrpc;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.tls.NodeTls;
import io.elanus.storage.tls.ReloadingTrust;
import io.elanus.storage.tls.TestKeys;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Only whoever shows a certificate of the cluster's authority is a node of it.
class NodeTlsTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String HOST = "127.0.0.1";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final ThreadEventLoop loop = new ThreadEventLoop("callee", 16, new SystemClock()).start();

    @SuppressWarnings("NullAway.Init")
    private TestKeys authority;

    @SuppressWarnings("NullAway.Init")
    private NetTransport callee;

    @BeforeEach
    void serve() {
        authority = TestKeys.make(folder, "authority", "dns:authority");
        callee = transport(Optional.of(tls(authority.issue("rootcoord", "ip:" + HOST), authority)), 0);
        var table = new ServiceTable()
                .add(
                        RootCoordGrpc.getAllocateIdsMethod(),
                        request -> CompletableFuture.completedFuture(AllocateIdsReply.newBuilder()
                                .setFirst(request.getCount())
                                .build()));
        callee.serve("rootcoord", GrpcServices.of(table, loop));
    }

    @AfterEach
    void close() {
        callee.close();
        loop.close();
    }

    private static NodeTls tls(TestKeys own, TestKeys authority) {
        return new NodeTls(own.keys(), new ReloadingTrust(authority.certificate()));
    }

    private static NetTransport transport(Optional<NodeTls> tls, int port) {
        return new NetTransport(HOST, 0, target -> Optional.of(new Addresses.Address(target, HOST, port)), tls);
    }

    private long callWith(Optional<NodeTls> tls) {
        try (NetTransport caller = transport(tls, callee.port())) {
            return call(new GrpcRpc(caller::channel));
        }
    }

    private static long call(Rpc rpc) {
        return rpc.call(
                        "rootcoord",
                        RootCoordGrpc.getAllocateIdsMethod(),
                        AllocateIdsRequest.newBuilder().setCount(7).build(),
                        LONG)
                .join()
                .getFirst();
    }

    private void assertRefused(Optional<NodeTls> tls) {
        assertThatThrownBy(() -> callWith(tls))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        ClusterException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    }

    @Test
    void takesANodeWithACertificateOfTheAuthority() {
        assertThat(callWith(Optional.of(tls(authority.issue("querynode", "ip:" + HOST), authority))))
                .isEqualTo(7);
    }

    @Test
    void refusesANodeThatDoesNotEncrypt() {
        assertRefused(Optional.empty());
    }

    @Test
    void refusesACertificateOfAnotherAuthority() {
        TestKeys another = TestKeys.make(folder, "another", "dns:another");
        assertRefused(Optional.of(tls(another.issue("stranger", "ip:" + HOST), authority)));
        // One that it has signed itself, under the name of a node.
        assertRefused(Optional.of(tls(TestKeys.make(folder, "querynode", "ip:" + HOST), authority)));
    }

    @Test
    void refusesACallerWithoutACertificate() throws Exception {
        var context = GrpcSslContexts.configure(
                        SslContextBuilder.forClient().trustManager(new ReloadingTrust(authority.certificate())),
                        SslProvider.JDK)
                .build();
        ManagedChannel channel = NettyChannelBuilder.forAddress(HOST, callee.port())
                .sslContext(context)
                .build();
        try {
            assertThatThrownBy(
                            () -> call(new GrpcRpc(Function.<String>identity().andThen(_ -> channel))))
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(ClusterException.class);
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void callsNobodyWhoseCertificateIsOfAnotherAuthority() {
        TestKeys another = TestKeys.make(folder, "another", "dns:another");
        assertRefused(Optional.of(tls(authority.issue("querynode", "ip:" + HOST), another)));
    }
}
