package io.elanus.sql.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.compute.AggregateCall;
import io.elanus.storage.compute.AggregateFunction;
import io.elanus.storage.compute.KeyPartitions;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Aggregations in little memory answer what they answer in much, in another order of the groups.
class SpilledAggregateTest {
    private static final ColumnType TEXT = new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);
    private static final long SMALL = 4 << 20;
    private static final Expr KEY = new Expr.Input(0, Simple.BIGINT);
    private static final Expr NAME = new Expr.Input(1, TEXT);
    private static final Expr NUMBER = new Expr.Input(2, Simple.BIGINT);

    @TempDir
    private Path folder;

    private final BufferAllocator allocator = new RootAllocator();

    @AfterEach
    void leavesNothing() throws IOException {
        allocator.close();
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    private static Plan rows(SplittableRandom random, int count, int keys) {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (long i = 0; i < count; i++) {
            long key = random.nextInt(keys);
            rows.add(Arrays.asList(key % 100 == 0 ? null : key, "name of " + key, i));
        }
        return PlanRunner.rows(List.of(Simple.BIGINT, TEXT, Simple.BIGINT), rows);
    }

    private static Plan aggregate(Plan input, boolean distinct) {
        var delimiter = new Expr.Input(1, TEXT);
        return new Plan.Aggregate(
                input,
                List.of(KEY, NAME),
                List.of(
                        new AggregateCall(
                                AggregateFunction.COUNT, List.of(NUMBER), Optional.empty(), distinct, Simple.BIGINT),
                        AggregateCall.of(AggregateFunction.SUM, NUMBER),
                        AggregateCall.of(AggregateFunction.AVG, NUMBER),
                        AggregateCall.of(AggregateFunction.MAX, NUMBER),
                        AggregateCall.of(AggregateFunction.STRING_AGG, NAME, delimiter)),
                List.of(
                        new PlanColumn("k", Simple.BIGINT),
                        new PlanColumn("n", TEXT),
                        new PlanColumn("count", Simple.BIGINT),
                        new PlanColumn("sum", Simple.BIGINT),
                        new PlanColumn("avg", Simple.DOUBLE),
                        new PlanColumn("max", Simple.BIGINT),
                        new PlanColumn("names", TEXT)));
    }

    @Test
    void anAggregationInLittleMemoryIsTheSame() {
        for (long seed = 1; seed <= 4; seed++) {
            var random = new SplittableRandom(seed);
            int count = random.nextInt(20_000, 50_000);
            Plan plan = aggregate(rows(random, count, random.nextInt(5_000, count)), false);
            SpillFolder spill = SpillFolder.open(folder);
            assertThat(inLittle(plan, spill, SMALL)).as("seed [%d]", seed).isEqualTo(inMuch(plan));
            assertThat(spill.bytesWritten()).as("seed [%d]", seed).isPositive();
        }
    }

    @Test
    void partsThatAreTooLargeAreDividedAgain() {
        Plan plan = aggregate(rows(new SplittableRandom(5), 120_000, 10_000_000), false);
        SpillFolder spill = SpillFolder.open(folder);
        assertThat(inLittle(plan, spill, SMALL)).isEqualTo(inMuch(plan));
        assertThat(spill.runsBegun()).isGreaterThan(KeyPartitions.COUNT);
    }

    @Test
    void aUnionOfDistinctRowsGoesThroughDiskToo() {
        Plan one = rows(new SplittableRandom(1), 60_000, 15_000);
        Plan plan = new Plan.Union(List.of(one, one), false);
        SpillFolder spill = SpillFolder.open(folder);
        assertThat(inLittle(plan, spill, SMALL)).isEqualTo(inMuch(plan)).hasSize(60_000);
        assertThat(spill.bytesWritten()).isPositive();
    }

    @Test
    void anAggregationThatIsNotReadToItsEndLeavesNothing() {
        Plan plan = aggregate(rows(new SplittableRandom(1), 40_000, 40_000), false);
        try (BufferAllocator small = allocator.newChildAllocator("q", 0, SMALL)) {
            QueryContext context = PlanRunner.context(small);
            context.spillTo(SpillFolder.open(folder));
            try (RowSource source = new Executor(PlanRunner.NO_TABLES).run(plan, context);
                    VectorSchemaRoot batch = source.next()) {
                assertThat(batch).isNotNull();
            }
        }
    }

    @Test
    void distinctCallsKeepToMemory() {
        Plan plan = aggregate(rows(new SplittableRandom(1), 40_000, 40_000), true);
        assertThatThrownBy(() -> inLittle(plan, SpillFolder.open(folder), SMALL))
                .isInstanceOfSatisfying(
                        QueryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY));
    }

    private Set<List<@Nullable Object>> inMuch(Plan plan) {
        return groups(PlanRunner.run(plan, PlanRunner.context(allocator)));
    }

    private Set<List<@Nullable Object>> inLittle(Plan plan, SpillFolder spill, long bytes) {
        try (BufferAllocator small = allocator.newChildAllocator("q", 0, bytes)) {
            QueryContext context = PlanRunner.context(small);
            context.spillTo(spill);
            return groups(PlanRunner.run(plan, context));
        }
    }

    /// No group may come out twice.
    private static Set<List<@Nullable Object>> groups(List<List<@Nullable Object>> rows) {
        var groups = new HashSet<>(rows);
        assertThat(groups).hasSameSizeAs(rows);
        return groups;
    }
}
