package io.elanus.sql.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.plan.JoinKind;
import io.elanus.sql.plan.Plan;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.compute.KeyPartitions;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Hash joins in little memory answer what they answer in much, in another order.
class SpilledJoinTest {
    private static final ColumnType TEXT = new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);
    private static final long SMALL = 4 << 20;

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

    /// A key that is NULL here and there, a text, and a number.
    private static Plan rows(SplittableRandom random, Simple keyType, int count, int keys) {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (int i = 0; i < count; i++) {
            int key = random.nextInt(keys);
            Object cell = keyType == Simple.INTEGER ? (Object) key : Long.valueOf(key);
            rows.add(Arrays.asList(key % 50 == 0 ? null : cell, "text of " + key % 7, (long) i));
        }
        return PlanRunner.rows(List.of(keyType, TEXT, Simple.BIGINT), rows);
    }

    private static Plan.HashJoin join(JoinKind kind, Plan left, Plan right, Simple leftKey, boolean two) {
        Expr smaller = new Expr.Call(
                Operator.LT,
                List.of(new Expr.Input(2, Simple.BIGINT), new Expr.Input(5, Simple.BIGINT)),
                Simple.BOOLEAN);
        return new Plan.HashJoin(
                left,
                right,
                kind,
                two
                        ? List.of(new Expr.Input(0, leftKey), new Expr.Input(1, TEXT))
                        : List.of(new Expr.Input(0, leftKey)),
                two
                        ? List.of(new Expr.Input(0, Simple.BIGINT), new Expr.Input(1, TEXT))
                        : List.of(new Expr.Input(0, Simple.BIGINT)),
                two ? Optional.of(smaller) : Optional.empty());
    }

    @Test
    void everyKindOfJoinInLittleMemoryIsTheSame() {
        for (JoinKind kind : JoinKind.values()) {
            for (boolean two : new boolean[] {false, true}) {
                Simple leftKey = two ? Simple.BIGINT : Simple.INTEGER;
                var random = new SplittableRandom(kind.name().length());
                Plan left = rows(random, leftKey, 9_000, 30_000);
                Plan right = rows(random, Simple.BIGINT, 24_000, 30_000);
                Plan plan = join(kind, left, right, leftKey, two);
                SpillFolder spill = SpillFolder.open(folder);
                assertThat(inLittle(plan, spill))
                        .as("%s, two keys: %s", kind, two)
                        .isEqualTo(inMuch(plan));
                assertThat(spill.bytesWritten()).as("%s", kind).isPositive();
            }
        }
    }

    @Test
    void partsThatAreTooLargeAreDividedAgain() {
        var random = new SplittableRandom(1);
        Plan left = rows(random, Simple.BIGINT, 3_000, 1_000_000);
        Plan right = rows(random, Simple.BIGINT, 400_000, 1_000_000);
        SpillFolder spill = SpillFolder.open(folder);
        Plan plan = join(JoinKind.INNER, left, right, Simple.BIGINT, false);
        assertThat(inLittle(plan, spill)).isEqualTo(inMuch(plan)).isNotEmpty();
        assertThat(spill.runsBegun()).isGreaterThan(2 * KeyPartitions.COUNT);
    }

    @Test
    void anExplainedJoinNamesWhatWentToDisk() {
        var random = new SplittableRandom(1);
        Plan plan = join(
                JoinKind.LEFT,
                rows(random, Simple.BIGINT, 1_000, 30_000),
                rows(random, Simple.BIGINT, 24_000, 30_000),
                Simple.BIGINT,
                false);
        SpillFolder spill = SpillFolder.open(folder);
        var profile = new Profile();
        try (BufferAllocator small = allocator.newChildAllocator("q", 0, SMALL)) {
            QueryContext context = PlanRunner.context(small);
            context.spillTo(spill);
            context.measure(profile);
            assertThat(PlanRunner.run(plan, context)).isNotEmpty();
        }
        assertThat(profile.find(plan).orElseThrow().spilledBytes())
                .isPositive()
                .isLessThanOrEqualTo(spill.bytesWritten());
    }

    @Test
    void aJoinThatIsNotReadToItsEndLeavesNothing() {
        var random = new SplittableRandom(1);
        Plan plan = join(
                JoinKind.INNER,
                rows(random, Simple.BIGINT, 9_000, 5_000),
                rows(random, Simple.BIGINT, 24_000, 5_000),
                Simple.BIGINT,
                false);
        try (BufferAllocator small = allocator.newChildAllocator("q", 0, SMALL)) {
            QueryContext context = PlanRunner.context(small);
            context.spillTo(SpillFolder.open(folder));
            try (RowSource source = new Executor(PlanRunner.NO_TABLES).run(plan, context);
                    VectorSchemaRoot batch = source.next()) {
                assertThat(batch).isNotNull();
            }
        }
    }

    /// One key cannot be divided: memory ends as it does without a folder.
    @Test
    void rowsOfOneKeyKeepToMemory() {
        Plan left = rows(new SplittableRandom(1), Simple.BIGINT, 10, 30);
        var same = new ArrayList<List<@Nullable Object>>();
        for (long i = 0; i < 300_000; i++) {
            same.add(Arrays.asList(7L, "text", i));
        }
        Plan right = PlanRunner.rows(List.of(Simple.BIGINT, TEXT, Simple.BIGINT), same);
        Plan plan = join(JoinKind.INNER, left, right, Simple.BIGINT, false);
        assertThatThrownBy(() -> inLittle(plan, SpillFolder.open(folder)))
                .isInstanceOfSatisfying(
                        QueryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY));
    }

    private List<String> inMuch(Plan plan) {
        return sorted(PlanRunner.run(plan, PlanRunner.context(allocator)));
    }

    private List<String> inLittle(Plan plan, SpillFolder spill) {
        try (BufferAllocator small = allocator.newChildAllocator("q", 0, SMALL)) {
            QueryContext context = PlanRunner.context(small);
            context.spillTo(spill);
            return sorted(PlanRunner.run(plan, context));
        }
    }

    private static List<String> sorted(List<List<@Nullable Object>> rows) {
        return rows.stream().map(String::valueOf).sorted().toList();
    }
}
