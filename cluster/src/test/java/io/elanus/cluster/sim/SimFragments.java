package io.elanus.cluster.sim;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.exchange.BatchStream;
import io.elanus.cluster.exchange.FragmentClient;
import io.elanus.cluster.exchange.FragmentServer;
import io.elanus.cluster.runtime.Failures;
import io.elanus.proto.grpc.Fragment;
import io.elanus.proto.grpc.FragmentStatistics;
import io.elanus.storage.ErrorCode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// Fragments over the simulated network: the leader's worker reads the whole stream, and it travels as one message.
final class SimFragments implements FragmentClient {
    private final SimWorld world;
    private final SimProcess caller;

    SimFragments(SimWorld world, SimProcess caller) {
        this.world = world;
        this.caller = caller;
    }

    @Override
    public CompletableFuture<BatchStream> execute(String node, Fragment fragment) {
        var answer = new CompletableFuture<BatchStream>();
        caller.loop()
                .schedule(
                        Duration.ofMillis(fragment.getDeadlineMillis() + 1),
                        () -> answer.completeExceptionally(
                                new ClusterException(ErrorCode.UNAVAILABLE, "No answer to a fragment.")));
        world.network().send(caller, node, () -> serve(node, fragment, answer));
        return answer;
    }

    private void serve(String node, Fragment fragment, CompletableFuture<BatchStream> answer) {
        SimProcess callee = world.findProcess(node);
        FragmentServer server = callee == null ? null : callee.fragments();
        if (callee == null || server == null) {
            return;
        }
        callee.loop().execute(() -> {
            var _ = server.execute(fragment)
                    .thenCompose(stream -> callee.workers().io(() -> drain(stream)))
                    .whenComplete((whole, error) -> world.network().answer(node, caller, () -> {
                        if (error != null) {
                            answer.completeExceptionally(checked(node, error));
                        } else {
                            answer.complete(whole);
                        }
                    }));
        });
    }

    private ClusterException checked(String node, Throwable error) {
        ClusterException failure = Failures.toCluster(error);
        if (failure.code() == ErrorCode.INTERNAL) {
            world.fail(new SimFailure("A fragment failed on [%s]: %s".formatted(node, error), error));
        }
        return failure;
    }

    private static Whole drain(BatchStream stream) {
        try (stream) {
            var batches = new ArrayDeque<VectorSchemaRoot>();
            for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
                batches.add(batch);
            }
            return new Whole(stream.schema(), batches, stream.statistics());
        }
    }

    private record Whole(Schema schema, ArrayDeque<VectorSchemaRoot> batches, FragmentStatistics statistics)
            implements BatchStream {
        @Override
        public @Nullable VectorSchemaRoot next() {
            return batches.poll();
        }

        @Override
        public void close() {
            batches.forEach(VectorSchemaRoot::close);
            batches.clear();
        }
    }
}
