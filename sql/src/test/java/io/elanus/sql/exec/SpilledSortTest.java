package io.elanus.sql.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.plan.Plan;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.compute.SortKey;
import io.elanus.storage.filter.Expr;
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

/// Sorts in little memory answer what they answer in much, row for row.
class SpilledSortTest {
    private static final ColumnType TEXT = new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);
    private static final List<ColumnType> TYPES = List.of(Simple.BIGINT, TEXT, Simple.BIGINT);
    private static final long SMALL = 1 << 20;

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

    /// Rows with few different keys, NULLs among them, and their number.
    private static Plan rows(SplittableRandom random, int count) {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (long i = 0; i < count; i++) {
            Long key = random.nextInt(10) == 0 ? null : random.nextLong(50);
            String text = random.nextInt(10) == 0 ? null : "text ".repeat(random.nextInt(12));
            rows.add(Arrays.asList(key, text, i));
        }
        return PlanRunner.rows(TYPES, rows);
    }

    private static Plan.Sort sort(Plan input, Optional<Expr> limit) {
        return new Plan.Sort(
                input,
                List.of(
                        new SortKey(new Expr.Input(0, Simple.BIGINT), true, false),
                        new SortKey(new Expr.Input(1, TEXT), false, true)),
                Optional.empty(),
                limit);
    }

    @Test
    void aSortInLittleMemoryIsTheSame() {
        for (long seed = 1; seed <= 4; seed++) {
            var random = new SplittableRandom(seed);
            Plan.Sort plan = sort(rows(random, random.nextInt(10_000, 60_000)), Optional.empty());
            SpillFolder spill = SpillFolder.open(folder);
            assertThat(inLittle(plan, spill))
                    .as("seed [%d]", seed)
                    .isEqualTo(PlanRunner.run(plan, PlanRunner.context(allocator)));
            assertThat(spill.bytesWritten()).as("seed [%d]", seed).isPositive();
        }
    }

    @Test
    void manyRunsAreMergedLevelByLevel() {
        Plan.Sort plan = sort(rows(new SplittableRandom(7), 150_000), Optional.empty());
        SpillFolder spill = SpillFolder.open(folder);
        assertThat(inLittle(plan, spill)).isEqualTo(PlanRunner.run(plan, PlanRunner.context(allocator)));
        assertThat(spill.runsBegun()).isGreaterThan(SpilledSort.FAN_IN);
    }

    @Test
    void aSortThatIsNotReadToItsEndLeavesNothing() {
        Plan.Sort plan = sort(rows(new SplittableRandom(3), 40_000), Optional.empty());
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
    void whatACrashLeftGoes() throws IOException {
        Files.writeString(folder.resolve("run-1.arrows"), "rows");
        SpillFolder.open(folder);
        assertThat(folder.resolve("run-1.arrows")).doesNotExist();
    }

    @Test
    void withoutAFolderALargeSortIsRefused() {
        Plan.Sort plan = sort(rows(new SplittableRandom(3), 40_000), Optional.empty());
        try (BufferAllocator small = allocator.newChildAllocator("q", 0, SMALL)) {
            assertThatThrownBy(() -> PlanRunner.run(plan, PlanRunner.context(small)))
                    .isInstanceOfSatisfying(
                            QueryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY));
        }
    }

    private List<List<@Nullable Object>> inLittle(Plan plan, SpillFolder spill) {
        try (BufferAllocator small = allocator.newChildAllocator("q", 0, SMALL)) {
            QueryContext context = PlanRunner.context(small);
            context.spillTo(spill);
            return PlanRunner.run(plan, context);
        }
    }
}
