package io.elanus.sql.exec;

import static io.elanus.storage.filter.Batches.call;
import static io.elanus.storage.filter.Batches.constant;
import static io.elanus.storage.filter.Batches.input;
import static io.elanus.storage.filter.Batches.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.plan.JoinKind;
import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.compute.AggregateCall;
import io.elanus.storage.compute.AggregateFunction;
import io.elanus.storage.compute.SortKey;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway")
class ExecutorTest {
    private static final ColumnType TEXT = new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);
    private static final List<Expr> NUMBER = List.of(input(0, Simple.BIGINT));
    private final BufferAllocator allocator = new RootAllocator();

    /// Fails if a byte is left.
    @AfterEach
    void closeAllocator() {
        allocator.close();
    }

    private static Plan numbers(int count) {
        return PlanRunner.rows(
                List.of(Simple.BIGINT),
                IntStream.range(0, count).mapToObj(i -> List.of((long) i)).toList());
    }

    private static Plan values(Long... values) {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (Long value : values) {
            rows.add(row(value));
        }
        return PlanRunner.rows(List.of(Simple.BIGINT), rows);
    }

    private List<List<@Nullable Object>> run(Plan plan, io.elanus.proto.grpc.Literal... parameters) {
        return PlanRunner.run(plan, PlanRunner.context(allocator, parameters));
    }

    private static Optional<Expr> some(long value) {
        return Optional.of(constant(value, Simple.BIGINT));
    }

    @Test
    void filtersProjectsAndLimits() {
        Expr even = call(
                Operator.EQ,
                Simple.BOOLEAN,
                call(Operator.MOD, Simple.BIGINT, input(0, Simple.BIGINT), constant(2, Simple.BIGINT)),
                constant(0, Simple.BIGINT));
        Plan plan = new Plan.Limit(
                Plan.Project.of(
                        new Plan.Filter(numbers(20_000), even),
                        List.of(input(0, Simple.BIGINT), call(Operator.NEGATE, Simple.BIGINT, input(0, Simple.BIGINT))),
                        List.of("n", "minus")),
                some(3000),
                some(3));
        assertThat(run(plan)).containsExactly(row(6000L, -6000L), row(6002L, -6002L), row(6004L, -6004L));
    }

    @Test
    void takesLimitOffsetAndValuesFromParameters() {
        var first = new Expr.Parameter(0, Simple.BIGINT);
        var second = new Expr.Parameter(1, Simple.BIGINT);
        Plan values = new Plan.Values(
                List.of(List.of(first), List.of(second), List.of(call(Operator.ADD, Simple.BIGINT, first, second))),
                List.of(new PlanColumn("v", Simple.BIGINT)));
        Plan plan = new Plan.Sort(
                values, List.of(SortKey.descending(input(0, Simple.BIGINT))), Optional.of(first), Optional.of(second));
        assertThat(run(plan, Literals.of(1, Simple.BIGINT), Literals.of(2, Simple.BIGINT)))
                .containsExactly(row(2L), row(1L));
    }

    @Test
    void sortsNullsWhereTheKeySays() {
        Plan rows = values(3L, null, 1L, 2L);
        assertThat(run(sorted(rows, new SortKey(NUMBER.getFirst(), false, true))))
                .containsExactly(row((Object) null), row(1L), row(2L), row(3L));
        assertThat(run(sorted(rows, SortKey.descending(NUMBER.getFirst()))))
                .containsExactly(row((Object) null), row(3L), row(2L), row(1L));
        assertThat(run(sorted(rows, SortKey.ascending(NUMBER.getFirst()))))
                .containsExactly(row(1L), row(2L), row(3L), row((Object) null));
    }

    private static Plan sorted(Plan input, SortKey key) {
        return new Plan.Sort(input, List.of(key), Optional.empty(), Optional.empty());
    }

    @Test
    void groupsAndCountsOverNothing() {
        var count = AggregateCall.of(AggregateFunction.COUNT);
        var sum = AggregateCall.of(AggregateFunction.SUM, input(0, Simple.BIGINT));
        Plan plan = new Plan.Aggregate(
                numbers(0),
                List.of(),
                List.of(count, sum),
                List.of(new PlanColumn("n", Simple.BIGINT), new PlanColumn("s", Simple.BIGINT)));
        assertThat(run(plan)).containsExactly(row(0L, null));
    }

    @Test
    void unitesIntersectsAndSubtracts() {
        Plan a = values(1L, 1L, 1L, 2L, null, null, 3L);
        Plan b = values(1L, 1L, null, 3L, 3L, 4L);
        assertThat(run(new Plan.Union(List.of(a, b), true))).hasSize(13);
        assertThat(flat(new Plan.Union(List.of(a, b), false))).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, null);
        assertThat(flat(new Plan.Intersect(List.of(a, b), false))).containsExactlyInAnyOrder(1L, 3L, null);
        assertThat(flat(new Plan.Intersect(List.of(a, b), true))).containsExactlyInAnyOrder(1L, 1L, 3L, null);
        assertThat(flat(new Plan.Except(List.of(a, b), false))).containsExactlyInAnyOrder(2L);
        assertThat(flat(new Plan.Except(List.of(a, b), true))).containsExactlyInAnyOrder(1L, 2L, null);
    }

    private List<@Nullable Object> flat(Plan plan) {
        var values = new ArrayList<@Nullable Object>();
        run(plan).forEach(values::addAll);
        return values;
    }

    @Test
    void failsWhenItIsCancelledBetweenBlocksOfAnEndlessJoin() {
        QueryContext context = PlanRunner.context(allocator);
        Expr never = call(
                Operator.LT,
                Simple.BOOLEAN,
                call(Operator.ADD, Simple.BIGINT, input(0, Simple.BIGINT), input(1, Simple.BIGINT)),
                constant(-1, Simple.BIGINT));
        Plan plan = new Plan.NestedLoopJoin(numbers(200_000), numbers(200_000), JoinKind.INNER, Optional.of(never));
        var started = new AtomicLong();
        try (RowSource source = new Executor(PlanRunner.NO_TABLES).run(plan, context)) {
            Thread canceller = Thread.ofVirtual().start(() -> {
                java.util.concurrent.locks.LockSupport.parkNanos(300_000_000);
                started.set(System.nanoTime());
                context.cancel();
            });
            assertThatThrownBy(source::next)
                    .isInstanceOfSatisfying(
                            QueryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
            assertThat(System.nanoTime() - started.get()).isLessThan(10_000_000_000L);
            assertThat(canceller).isNotNull();
        }
    }

    @Test
    void failsWhenItsTimeIsUp() {
        var clock = new AtomicLong();
        var context = new QueryContext(
                "q1", List.of(), new QueryContext.ReadPoint(0, 0, Map.of()), allocator, clock::get, 1000);
        try (RowSource source = new Executor(PlanRunner.NO_TABLES).run(numbers(100_000), context)) {
            try (VectorSchemaRoot batch = source.next()) {
                assertThat(batch).isNotNull();
            }
            clock.set(1001);
            assertThatThrownBy(source::next).hasMessageContaining("timeout");
        }
    }

    @Test
    void namesTheSettingWhenTheBudgetIsUsedUp() {
        var wide = Collections.nCopies(50_000, row("x".repeat(100)));
        Plan rows = PlanRunner.rows(List.of(TEXT), wide);
        for (Plan plan : List.of(
                sorted(rows, SortKey.ascending(input(0, TEXT))),
                new Plan.NestedLoopJoin(rows, rows, JoinKind.INNER, Optional.empty()),
                new Plan.Aggregate(
                        Plan.Project.of(
                                numbers(200_000),
                                List.of(call(
                                        Operator.CONCAT,
                                        TEXT,
                                        constant("key".repeat(10), TEXT),
                                        call(Operator.CAST, TEXT, input(0, Simple.BIGINT)))),
                                List.of("k")),
                        List.of(input(0, TEXT)),
                        List.of(),
                        List.of(new PlanColumn("k", TEXT))))) {
            try (BufferAllocator small = allocator.newChildAllocator("q", 0, 2 << 20)) {
                assertThatThrownBy(() -> PlanRunner.run(plan, PlanRunner.context(small)))
                        .isInstanceOfSatisfying(QueryException.class, e -> {
                            assertThat(e.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY);
                            assertThat(e.getMessage() + e.hint().orElse("")).containsPattern("query_memory");
                        });
            }
        }
    }

    @Test
    void refusesANegativeLimit() {
        assertThatThrownBy(() -> run(new Plan.Limit(numbers(5), Optional.empty(), some(-1))))
                .hasMessageContaining("0 or more");
    }

    @Test
    void reportsErrorsOfExpressionsWithTheirCode() {
        Plan plan = Plan.Project.of(
                numbers(5),
                List.of(call(Operator.DIVIDE, Simple.BIGINT, constant(1, Simple.BIGINT), input(0, Simple.BIGINT))),
                List.of("x"));
        assertThatThrownBy(() -> run(plan))
                .isInstanceOfSatisfying(
                        QueryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DIVISION_BY_ZERO));
    }
}
