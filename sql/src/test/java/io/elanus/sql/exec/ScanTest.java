package io.elanus.sql.exec;

import static io.elanus.storage.filter.Batches.call;
import static io.elanus.storage.filter.Batches.constant;
import static io.elanus.storage.filter.Batches.input;
import static io.elanus.storage.filter.Batches.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.cluster.exchange.BatchStream;
import io.elanus.proto.grpc.Fragment;
import io.elanus.proto.grpc.FragmentStatistics;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.plan.FragmentTemplate;
import io.elanus.sql.plan.FragmentTemplate.Shape;
import io.elanus.sql.plan.JoinKind;
import io.elanus.sql.plan.Merge;
import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.compute.AggregateCall;
import io.elanus.storage.compute.AggregateFunction;
import io.elanus.storage.compute.HashAggregator;
import io.elanus.storage.compute.SortKey;
import io.elanus.storage.filter.Batches;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.TableName;
import io.elanus.storage.type.TableSchema;
import io.elanus.storage.type.VectorElement;
import io.elanus.storage.visibility.Keys;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What scans ask of the shards, and what they make of the answers.
class ScanTest {
    private static final ColumnType.Vector V2 = new ColumnType.Vector(2, VectorElement.FLOAT32);
    private static final TableSchema TABLE = new TableSchema(
            7,
            new TableName("public", "t"),
            1,
            List.of(Column.key(1, "id", Simple.BIGINT), Column.of(2, "v", V2)),
            1,
            List.of(),
            Map.of());
    private static final Expr ID = input(0, Simple.BIGINT);
    private static final List<PlanColumn> ID_COLUMN = List.of(new PlanColumn("id", Simple.BIGINT));

    private final BufferAllocator allocator = new RootAllocator();
    private final List<Fragment> asked = new ArrayList<>();

    @AfterEach
    void closeAllocator() {
        allocator.close();
    }

    private TableReader shards(List<List<List<@Nullable Object>>> answers) {
        return (_, fragment) -> {
            asked.add(fragment);
            List<BatchStream> streams = new ArrayList<>();
            answers.forEach(rows -> streams.add(
                    new Answer(Batches.of(allocator, List.of(Simple.BIGINT), rows), new CountDownLatch(0))));
            return CompletableFuture.completedFuture(streams);
        };
    }

    /// One batch, handed out once the latch opens.
    private static final class Answer implements BatchStream {
        private final Deque<VectorSchemaRoot> batches = new ArrayDeque<>();
        private final Schema schema;
        private final CountDownLatch latch;

        Answer(VectorSchemaRoot batch, CountDownLatch latch) {
            this.schema = batch.getSchema();
            this.latch = latch;
            batches.add(batch);
        }

        @Override
        public Schema schema() {
            return schema;
        }

        @Override
        public @Nullable VectorSchemaRoot next() {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return batches.poll();
        }

        @Override
        public FragmentStatistics statistics() {
            return FragmentStatistics.getDefaultInstance();
        }

        @Override
        public void cancel() {
            latch.countDown();
        }

        @Override
        public void close() {
            batches.forEach(VectorSchemaRoot::close);
            batches.clear();
        }
    }

    private static Plan.FragmentScan scan(Shape shape, List<Expr> keys, Merge merge) {
        var template = new FragmentTemplate(List.of(1), Optional.empty(), keys, shape, List.of(ID));
        return new Plan.FragmentScan(TABLE, template, merge, Optional.empty(), ID_COLUMN);
    }

    private static Shape.Scan all() {
        return new Shape.Scan(Optional.empty());
    }

    @Test
    void putsTheShardsAnswersOneAfterTheOther() {
        TableReader shards = shards(List.of(List.of(row(1L), row(2L)), List.of(), List.of(row(3L))));
        assertThat(PlanRunner.run(scan(all(), List.of(), Merge.Concat.ALL), PlanRunner.context(allocator), shards))
                .containsExactly(row(1L), row(2L), row(3L));
        assertThat(asked.getFirst().getTableId()).isEqualTo(7);
    }

    @Test
    void mergesSortedAnswersUpToTheLimit() {
        TableReader shards = shards(List.of(List.of(row(1L), row(4L), row(9L)), List.of(row(2L), row(3L), row(5L))));
        Expr limit = new Expr.Parameter(0, Simple.BIGINT);
        Expr k = call(Operator.ADD, Simple.BIGINT, limit, constant(1, Simple.BIGINT));
        var sorted = new Merge.Sorted(
                List.of(SortKey.ascending(ID)), Optional.of(constant(1, Simple.BIGINT)), Optional.of(limit));
        Plan plan = scan(new Shape.SortLimit(List.of(SortKey.ascending(ID)), k), List.of(), sorted);
        var context = PlanRunner.context(allocator, Literals.of(3, Simple.BIGINT));
        assertThat(PlanRunner.run(plan, context, shards)).containsExactly(row(2L), row(3L), row(4L));
        assertThat(asked.getFirst().getSort().getLimit()).isEqualTo(4);
    }

    @Test
    void finishesPartialAggregates() {
        var count = AggregateCall.of(AggregateFunction.COUNT);
        TableReader shards = (_, _) -> {
            List<BatchStream> streams = new ArrayList<>();
            for (int shard = 1; shard <= 3; shard++) {
                try (var groups = new HashAggregator(List.of(), List.of(count), allocator);
                        VectorSchemaRoot rows =
                                Batches.of(allocator, List.of(Simple.BIGINT), List.of(row(1L), row(2L)))) {
                    groups.add(rows);
                    streams.add(new Answer(Objects.requireNonNull(groups.nextPartial(10)), new CountDownLatch(0)));
                }
            }
            return CompletableFuture.completedFuture(streams);
        };
        var template = new FragmentTemplate(
                List.of(1),
                Optional.empty(),
                List.of(),
                new Shape.PartialAggregate(List.of(), List.of(count)),
                List.of());
        Plan plan = new Plan.FragmentScan(
                TABLE, template, new Merge.FinalAggregate(List.of(), List.of(count)), Optional.empty(), ID_COLUMN);
        assertThat(PlanRunner.run(plan, PlanRunner.context(allocator), shards)).containsExactly(row(6L));
    }

    @Test
    void sendsTheBoundVectorAndRefusesAnotherDimension() {
        var parameter = new Expr.Parameter(0, V2);
        var topK = new Shape.TopK(
                2,
                Metric.L2,
                parameter,
                constant(5, Simple.BIGINT),
                false,
                Map.of("ef_search", "99"),
                Optional.empty());
        Plan plan = scan(topK, List.of(), Merge.Concat.ALL);
        PlanRunner.run(plan, PlanRunner.context(allocator, Literals.of("[1,2]", V2)), shards(List.of()));
        assertThat(asked.getFirst().getTopK().getK()).isEqualTo(5);
        assertThat(asked.getFirst().getTopK().getQueryVectors())
                .isEqualTo(Literals.of("[1,2]", V2).getBinary());
        assertThat(asked.getFirst().getTopK().getParametersMap()).containsEntry("ef_search", "99");
        var wrong = new ColumnType.Vector(3, VectorElement.FLOAT32);
        Plan bad = scan(
                new Shape.TopK(
                        2,
                        Metric.L2,
                        constant("[1,2,3]", wrong),
                        constant(5, Simple.BIGINT),
                        false,
                        Map.of(),
                        Optional.empty()),
                List.of(),
                Merge.Concat.ALL);
        assertThatThrownBy(() -> PlanRunner.run(bad, PlanRunner.context(allocator), shards(List.of())))
                .isInstanceOfSatisfying(
                        QueryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DIMENSION_MISMATCH));
    }

    @Test
    void asksForKeysAndForNothingWhenAllAreNull() {
        List<Expr> keys = List.of(new Expr.Parameter(0, Simple.BIGINT));
        Plan plan = scan(all(), keys, Merge.Concat.ALL);
        TableReader shards = shards(List.of(List.of(row(5L))));
        var five = PlanRunner.context(allocator, Literals.of(5, Simple.BIGINT));
        assertThat(PlanRunner.run(plan, five, shards)).containsExactly(row(5L));
        assertThat(asked.getFirst().getKeys(0).toByteArray()).isEqualTo(Keys.ofLong(5));
        var none = PlanRunner.context(allocator, Literals.NULL);
        assertThat(PlanRunner.run(plan, none, shards)).isEmpty();
        assertThat(asked).hasSize(1);
    }

    @Test
    void asksForNothingWithALimitOfZero() {
        Plan plan = scan(
                new Shape.Scan(Optional.of(constant(0, Simple.BIGINT))),
                List.of(),
                new Merge.Concat(Optional.empty(), Optional.of(constant(0, Simple.BIGINT))));
        assertThat(PlanRunner.run(plan, PlanRunner.context(allocator), shards(List.of(List.of(row(1L))))))
                .isEmpty();
        assertThat(asked).isEmpty();
    }

    @Test
    void wakesEveryScanThatWaitsWhenItIsCancelled() throws InterruptedException {
        var entered = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        TableReader shards = (_, _) -> {
            entered.countDown();
            return CompletableFuture.completedFuture(
                    List.of(new Answer(Batches.of(allocator, List.of(Simple.BIGINT), List.of(row(1L))), never)));
        };
        Plan scan = scan(all(), List.of(), Merge.Concat.ALL);
        Plan plan = new Plan.NestedLoopJoin(scan, scan, JoinKind.INNER, Optional.empty());
        QueryContext context = PlanRunner.context(allocator);
        Thread canceller = Thread.ofVirtual().start(() -> {
            try {
                entered.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            context.cancel();
        });
        assertThatThrownBy(() -> PlanRunner.run(plan, context, shards))
                .isInstanceOfSatisfying(
                        QueryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
        canceller.join();
    }

    @Test
    void closesStreamsThatArriveAfterItGaveUp() {
        var late = new CompletableFuture<List<BatchStream>>();
        QueryContext context = PlanRunner.context(allocator);
        Plan plan = scan(all(), List.of(), Merge.Concat.ALL);
        TableReader shards = (_, _) -> {
            context.cancel();
            return late;
        };
        assertThatThrownBy(() -> PlanRunner.run(plan, context, shards)).isInstanceOf(QueryException.class);
        late.complete(List.of(
                new Answer(Batches.of(allocator, List.of(Simple.BIGINT), List.of(row(1L))), new CountDownLatch(0))));
    }
}
