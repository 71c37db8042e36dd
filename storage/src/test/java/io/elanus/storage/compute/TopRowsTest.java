package io.elanus.storage.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Batches;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TopRowsTest {
    private static final List<ColumnType> TYPES = List.of(Simple.INTEGER, RandomRows.TEXT, Simple.BIGINT);
    private static final List<SortKey> KEYS = List.of(
            SortKey.descending(Batches.input(0, Simple.INTEGER)), SortKey.ascending(Batches.input(1, RandomRows.TEXT)));

    /// What [#KEYS] mean: descending with NULLs first, then ascending with NULLs last.
    private static final Comparator<List<@Nullable Object>> ORDER =
            Comparator.<List<@Nullable Object>, @Nullable Integer>comparing(
                            row -> (Integer) row.get(0), Comparator.nullsFirst(Comparator.reverseOrder()))
                    .thenComparing(row -> (String) row.get(1), Comparator.nullsLast(Comparator.naturalOrder()));

    @Test
    void equalsAStableSortOfAList() {
        for (long seed = 1; seed <= 25; seed++) {
            var random = new Random(seed);
            int count = random.nextInt(3) == 0 ? 30_000 : random.nextInt(300);
            List<List<@Nullable Object>> rows = numbered(seed, count);
            long limit = switch (random.nextInt(4)) {
                case 0 -> Long.MAX_VALUE;
                case 1 -> 0;
                case 2 -> 5;
                default -> random.nextInt(1, 12_000);
            };
            var expected = new ArrayList<>(rows);
            expected.sort(ORDER);
            try (BufferAllocator allocator = new RootAllocator()) {
                assertThat(sort(allocator, rows, limit, random))
                        .as("seed %d, %d rows, limit %d", seed, count, limit)
                        .isEqualTo(expected.subList(0, (int) Math.min(limit, count)));
            }
        }
    }

    /// The last column numbers the rows, so that equal keys show whether their order was kept.
    private static List<List<@Nullable Object>> numbered(long seed, int count) {
        List<List<@Nullable Object>> rows = new RandomRows(seed).rows(TYPES, count);
        for (int i = 0; i < count; i++) {
            rows.get(i).set(2, (long) i);
        }
        return rows;
    }

    /// Whatever a limit lets drop, by first keys of every type, either way, with NULLs at either end.
    @Test
    void aLimitGivesTheFirstRowsOfTheFullSort() {
        for (ColumnType type : RandomRows.TYPES) {
            List<ColumnType> types = List.of(type, RandomRows.TEXT, Simple.BIGINT);
            List<List<@Nullable Object>> rows = new RandomRows(7).rows(types, 6000);
            for (int i = 0; i < rows.size(); i++) {
                rows.get(i).set(2, (long) i);
            }
            for (int order = 0; order < 4; order++) {
                var keys = List.of(
                        new SortKey(Batches.input(0, type), order % 2 == 1, order >= 2),
                        SortKey.ascending(Batches.input(1, RandomRows.TEXT)));
                List<@Nullable Object> all = numbers(types, keys, rows, Long.MAX_VALUE);
                for (int limit : new int[] {7, 400, 1400}) {
                    assertThat(numbers(types, keys, rows, limit))
                            .as("%s, order %d, limit %d", type.sql(), order, limit)
                            .isEqualTo(all.subList(0, limit));
                }
            }
        }
    }

    /// -0 equals 0, so that the row that came first stays; NaN is above all.
    @Test
    void dropsFloatingNumbersByTheirOrder() {
        List<ColumnType> types = List.of(Simple.DOUBLE, Simple.BIGINT);
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (long i = 0; i < 4000; i++) {
            double value = switch ((int) i % 4) {
                case 0 -> -0.0;
                case 1 -> 0.0;
                case 2 -> Double.NaN;
                default -> i == 3999 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
            };
            rows.add(new ArrayList<>(List.of(value, i)));
        }
        var rising = List.of(SortKey.ascending(Batches.input(0, Simple.DOUBLE)));
        var falling = List.of(SortKey.descending(Batches.input(0, Simple.DOUBLE)));
        assertThat(numbers(types, rising, rows, 5)).isEqualTo(List.of(3999L, 0L, 1L, 4L, 5L));
        assertThat(numbers(types, falling, rows, 3)).isEqualTo(List.of(2L, 6L, 10L));
        assertThat(numbers(types, falling, rows, 1003).subList(999, 1003)).isEqualTo(List.of(3998L, 3L, 7L, 11L));
    }

    /// The last column of the first rows.
    private static List<@Nullable Object> numbers(
            List<ColumnType> types, List<SortKey> keys, List<List<@Nullable Object>> rows, long limit) {
        var numbers = new ArrayList<@Nullable Object>();
        try (BufferAllocator allocator = new RootAllocator();
                var empty = Batches.of(allocator, types, List.of());
                var top = new TopRows(empty.getSchema(), keys, limit, allocator)) {
            for (int from = 0; from < rows.size(); from += 900) {
                try (VectorSchemaRoot batch =
                        Batches.of(allocator, types, rows.subList(from, Math.min(rows.size(), from + 900)))) {
                    top.add(batch);
                }
            }
            for (VectorSchemaRoot batch = top.next(1000); batch != null; batch = top.next(1000)) {
                try (VectorSchemaRoot taken = batch) {
                    Batches.rows(taken, types).forEach(row -> numbers.add(row.getLast()));
                }
            }
        }
        return numbers;
    }

    private static List<List<@Nullable Object>> sort(
            BufferAllocator allocator, List<List<@Nullable Object>> rows, long limit, Random random) {
        var sorted = new ArrayList<List<@Nullable Object>>();
        try (var first = Batches.of(allocator, TYPES, List.of());
                var top = new TopRows(first.getSchema(), KEYS, limit, allocator)) {
            for (int from = 0; from < rows.size(); ) {
                int to = Math.min(rows.size(), from + 1 + random.nextInt(9000));
                try (VectorSchemaRoot batch = Batches.of(allocator, TYPES, rows.subList(from, to))) {
                    top.add(batch);
                }
                from = to;
            }
            for (VectorSchemaRoot batch = top.next(1000); batch != null; batch = top.next(1000)) {
                try (VectorSchemaRoot taken = batch) {
                    sorted.addAll(Batches.rows(taken, TYPES));
                }
            }
        }
        return sorted;
    }

    @Test
    void takesOnlyChosenRows() {
        List<List<@Nullable Object>> rows = numbered(3, 100);
        long[] bitmap = {0b1011L << 60, 1};
        try (BufferAllocator allocator = new RootAllocator();
                VectorSchemaRoot batch = Batches.of(allocator, TYPES, rows);
                var top = new TopRows(batch.getSchema(), KEYS, 10, allocator)) {
            top.add(batch, bitmap, 60);
            var expected = new ArrayList<>(List.of(rows.get(0), rows.get(1), rows.get(3), rows.get(4)));
            expected.sort(ORDER);
            try (VectorSchemaRoot out = top.next(100)) {
                assertThat(out).isNotNull();
                assertThat(Batches.rows(java.util.Objects.requireNonNull(out), TYPES))
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void mergesSortedStreams() {
        try (BufferAllocator allocator = new RootAllocator()) {
            var all = new ArrayList<List<@Nullable Object>>();
            var streams = new ArrayList<Supplier<@Nullable VectorSchemaRoot>>();
            for (int s = 0; s < 3; s++) {
                List<List<@Nullable Object>> rows = numbered(40 + s, 700 * s);
                rows.sort(ORDER);
                all.addAll(rows);
                var from = new int[1];
                streams.add(() -> {
                    int start = from[0];
                    from[0] = Math.min(rows.size(), start + 100);
                    return start == rows.size() ? null : Batches.of(allocator, TYPES, rows.subList(start, from[0]));
                });
            }
            all.sort(ORDER);
            var merged = new ArrayList<List<@Nullable Object>>();
            try (var empty = Batches.of(allocator, TYPES, Collections.emptyList());
                    var merge = new SortedMerge(empty.getSchema(), KEYS, streams, allocator)) {
                for (VectorSchemaRoot batch = merge.next(64); batch != null; batch = merge.next(64)) {
                    try (VectorSchemaRoot taken = batch) {
                        merged.addAll(Batches.rows(taken, TYPES));
                    }
                }
            }
            assertThat(merged).isEqualTo(all);
        }
    }

    @Test
    void failsWithItsBudgetAndLeavesNothing() {
        List<List<@Nullable Object>> rows = numbered(5, 20_000);
        try (BufferAllocator root = new RootAllocator();
                BufferAllocator small = root.newChildAllocator("small", 0, 1 << 20);
                VectorSchemaRoot batch = Batches.of(root, TYPES, rows);
                var top = new TopRows(batch.getSchema(), KEYS, Long.MAX_VALUE, small)) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 50; i++) {
                            top.add(batch);
                        }
                    })
                    .satisfiesAnyOf(
                            e -> assertThat(e).isInstanceOf(org.apache.arrow.memory.OutOfMemoryException.class),
                            e -> assertThat(((StorageException) e).code()).isEqualTo(ErrorCode.OUT_OF_MEMORY));
        }
    }
}
