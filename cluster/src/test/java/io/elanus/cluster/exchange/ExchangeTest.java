package io.elanus.cluster.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.runtime.InProcessTransport;
import io.elanus.cluster.runtime.ThreadWorkers;
import io.elanus.proto.grpc.Fragment;
import io.elanus.proto.grpc.FragmentStatistics;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExchangeTest {
    private static final Schema SCHEMA = ArrowTypes.schema(
            List.of(Column.key(1, "id", ColumnType.Simple.BIGINT), Column.of(2, "t", new ColumnType.Varchar(9))));
    private static final Fragment FRAGMENT =
            Fragment.newBuilder().setQueryId("q").setDeadlineMillis(20_000).build();

    private final BufferAllocator root = new RootAllocator();
    private final BufferAllocator serving = root.newChildAllocator("serving", 0, Long.MAX_VALUE);
    private final BufferAllocator receiving = root.newChildAllocator("receiving", 0, Long.MAX_VALUE);
    private final InProcessTransport transport = new InProcessTransport("exchange-test");
    private final ThreadWorkers workers = new ThreadWorkers("test", 16, 1, 16);
    private final FragmentClient client = new GrpcFragmentClient(transport::channel, receiving);
    private final List<Produced> opened = new ArrayList<>();

    @AfterEach
    void nothingIsLeftInMemory() throws InterruptedException {
        for (Produced stream : opened) {
            stream.closed.await();
        }
        transport.close();
        workers.close();
        receiving.close();
        serving.close();
        root.close();
    }

    /// Produces `batches` batches of three rows, each from an allocator that it closes at its end; fails after them
    /// if told so.
    private final class Produced implements BatchStream {
        private final BufferAllocator own = root.newChildAllocator("query", 0, Long.MAX_VALUE);
        private final CountDownLatch closed = new CountDownLatch(1);
        private final AtomicInteger made = new AtomicInteger();
        private final int batches;
        private final boolean fails;

        Produced(int batches, boolean fails) {
            this.batches = batches;
            this.fails = fails;
        }

        @Override
        public Schema schema() {
            return SCHEMA;
        }

        @Override
        public @Nullable VectorSchemaRoot next() {
            int batch = made.getAndIncrement();
            if (batch < batches) {
                return rows(own, batch);
            }
            if (fails) {
                throw new ClusterException(ErrorCode.OUT_OF_MEMORY, "Query [q] is over its budget.");
            }
            return null;
        }

        @Override
        public FragmentStatistics statistics() {
            return FragmentStatistics.newBuilder().setRowsScanned(3L * batches).build();
        }

        @Override
        public void close() {
            own.close();
            closed.countDown();
        }
    }

    private static VectorSchemaRoot rows(BufferAllocator memory, int batch) {
        var rows = VectorSchemaRoot.create(SCHEMA, memory);
        for (int i = 0; i < 3; i++) {
            ((BigIntVector) rows.getVector(0)).setSafe(i, batch * 3L + i);
            ((VarCharVector) rows.getVector(1)).setSafe(i, ("t" + batch).getBytes(StandardCharsets.UTF_8));
        }
        rows.setRowCount(3);
        return rows;
    }

    private void serve(FragmentServer server) {
        transport.serve("querynode-1", List.of(new FragmentService(server, workers, serving).definition()));
    }

    private static VectorSchemaRoot take(BatchStream stream) {
        return Objects.requireNonNull(stream.next());
    }

    private BatchStream open(int batches, boolean fails) {
        serve(fragment -> {
            assertThat(fragment).isEqualTo(FRAGMENT);
            var stream = new Produced(batches, fails);
            opened.add(stream);
            return CompletableFuture.completedFuture(stream);
        });
        return client.execute("querynode-1", FRAGMENT).join();
    }

    @Test
    void deliversEveryBatchInOrderAndThenTheStatistics() {
        try (BatchStream stream = open(100, false)) {
            assertThat(stream.schema()).isEqualTo(SCHEMA);
            for (int batch = 0; batch < 100; batch++) {
                try (VectorSchemaRoot rows = take(stream)) {
                    assertThat(rows.getRowCount()).isEqualTo(3);
                    assertThat(((BigIntVector) rows.getVector("id")).get(2)).isEqualTo(batch * 3L + 2);
                    assertThat(rows.getVector("t").getObject(0)).hasToString("t" + batch);
                }
            }
            assertThat(stream.next()).isNull();
            assertThat(stream.next()).isNull();
            assertThat(stream.statistics().getRowsScanned()).isEqualTo(300);
        }
    }

    @Test
    void aConsumerWhoLeavesEarlyHasTheStatisticsIfItAskedForThem() {
        serve(_ -> {
            var stream = new Produced(20, false);
            opened.add(stream);
            return CompletableFuture.completedFuture(stream);
        });
        for (boolean analyze : new boolean[] {true, false}) {
            Fragment fragment = FRAGMENT.toBuilder().setAnalyze(analyze).build();
            try (BatchStream stream = client.execute("querynode-1", fragment).join()) {
                take(stream).close();
                assertThat(stream.statistics().getRowsScanned()).isEqualTo(analyze ? 60 : 0);
            }
        }
    }

    @Test
    void asksTheProducerForLittleMoreThanTheConsumerTakes() throws InterruptedException {
        try (BatchStream stream = open(1_000, false)) {
            for (int batch = 0; batch < 10; batch++) {
                take(stream).close();
            }
            assertThat(opened.getFirst().made.get()).isBetween(10, 20);
        }
        opened.getFirst().closed.await();
    }

    @Test
    void freesWhatWasNotTakenWhenTheConsumerLeavesEarly() {
        for (int taken = 0; taken < 8; taken++) {
            try (BatchStream stream = open(20, false)) {
                for (int batch = 0; batch < taken; batch++) {
                    take(stream).close();
                }
            }
            transport.stop("querynode-1");
        }
    }

    @Test
    void deliversTheErrorAfterTheBatchesBeforeIt() {
        try (BatchStream stream = open(2, true)) {
            take(stream).close();
            take(stream).close();
            assertThatThrownBy(stream::next)
                    .isInstanceOfSatisfying(
                            ClusterException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY))
                    .hasMessageContaining("over its budget");
        }
    }

    @Test
    void failsTheFutureWhenTheFragmentIsRefused() {
        serve(fragment ->
                CompletableFuture.failedFuture(new ClusterException(ErrorCode.TIMESTAMP_LAG, "The shard is behind.")));
        assertThatThrownBy(() -> client.execute("querynode-1", FRAGMENT).join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        ClusterException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMESTAMP_LAG));
        assertThatThrownBy(() -> client.execute("nowhere", FRAGMENT).join()).hasMessageContaining("no answer");
    }

    @Test
    void readsBackWhatItEncodesForOtherProcesses() throws IOException {
        var codec = new ReplyCodec();
        var start = codec.parse(copied(codec, new Reply.Start(SCHEMA)));
        assertThat(start).isEqualTo(new Reply.Start(SCHEMA));
        var end =
                new Reply.Counts(FragmentStatistics.newBuilder().setBytesRead(5).build());
        assertThat(codec.parse(copied(codec, end))).isEqualTo(end);
        var batch = codec.parse(copied(codec, new Reply.Batch(new BatchMessage(rows(serving, 4)))));
        try (VectorSchemaRoot rows = ReplyCodec.load(((Reply.EncodedBatch) batch).bytes(), SCHEMA, receiving)) {
            assertThat(rows.getRowCount()).isEqualTo(3);
            assertThat(rows.getVector(1).getObject(2)).hasToString("t4");
        }
    }

    private static ByteArrayInputStream copied(ReplyCodec codec, Reply reply) throws IOException {
        try (var encoded = codec.stream(reply)) {
            return new ByteArrayInputStream(encoded.readAllBytes());
        }
    }
}
