package io.elanus.storage.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.elanus.storage.filter.Batches;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Aggregates of bits, pairs, sorted values and JSON come to the same whether their rows are grouped at once, as
/// partial states (which is what a spilled aggregation reads back) or by threads that absorb each other.
class CollectedAggregatesTest {
    private static final List<ColumnType> TYPES =
            List.of(Simple.INTEGER, Simple.BIGINT, Simple.DOUBLE, Simple.DOUBLE, RandomRows.TEXT);
    private static final List<Expr> KEYS = List.of(Batches.input(0, Simple.INTEGER));
    private static final Expr WHOLE = Batches.input(1, Simple.BIGINT);
    private static final Expr Y = Batches.input(2, Simple.DOUBLE);
    private static final Expr X = Batches.input(3, Simple.DOUBLE);
    private static final Expr NAME = Batches.input(4, RandomRows.TEXT);
    private static final Expr HALF = Batches.constant(0.5, Simple.DOUBLE);
    private static final Expr QUARTERS = Batches.constant(List.of(0.0, 0.25, 1.0), new ColumnType.Array(Simple.DOUBLE));
    private static final Expr RISING = Batches.constant(false, Simple.BOOLEAN);
    private static final Expr FALLING = Batches.constant(true, Simple.BOOLEAN);

    private static final List<AggregateCall> CALLS = List.of(
            AggregateCall.of(AggregateFunction.BIT_AND, WHOLE),
            AggregateCall.of(AggregateFunction.BIT_OR, WHOLE),
            AggregateCall.of(AggregateFunction.BIT_XOR, WHOLE),
            AggregateCall.of(AggregateFunction.REGR_COUNT, Y, X),
            AggregateCall.of(AggregateFunction.REGR_SXX, Y, X),
            AggregateCall.of(AggregateFunction.REGR_AVGY, Y, X),
            AggregateCall.of(AggregateFunction.COVAR_POP, Y, X),
            AggregateCall.of(AggregateFunction.PERCENTILE_CONT, Y, QUARTERS, FALLING),
            AggregateCall.of(AggregateFunction.PERCENTILE_DISC, NAME, HALF, RISING),
            AggregateCall.of(AggregateFunction.MODE, WHOLE, RISING),
            AggregateCall.of(AggregateFunction.JSON_AGG, NAME));

    private static final List<ColumnType> RESULTS = results();
    private static final List<String> NAMES =
            IntStream.range(0, RESULTS.size()).mapToObj(i -> "c" + i).toList();

    private final BufferAllocator allocator = new RootAllocator();

    @AfterEach
    void closeAllocator() {
        allocator.close();
    }

    private static List<ColumnType> results() {
        var types = new ArrayList<ColumnType>();
        types.add(Simple.INTEGER);
        CALLS.forEach(call -> types.add(call.type()));
        return types;
    }

    /// Doubles are halves, whose sums are exact, so that the order of additions does not show.
    private static List<List<@Nullable Object>> rows(long seed, int count) {
        var random = new Random(seed);
        var rows = new ArrayList<List<@Nullable Object>>();
        for (int i = 0; i < count; i++) {
            var row = new ArrayList<@Nullable Object>();
            row.add((long) random.nextInt(5));
            row.add(random.nextInt(6) == 0 ? null : (Long) (long) random.nextInt(-40, 40));
            row.add(random.nextInt(6) == 0 ? null : (Double) (random.nextInt(64) / 2.0));
            row.add(random.nextInt(6) == 0 ? null : (Double) (random.nextInt(64) / 2.0));
            row.add(random.nextInt(6) == 0 ? null : "n" + random.nextInt(9));
            rows.add(row);
        }
        return rows;
    }

    @Test
    void areTheSameInPartsAndAbsorbed() {
        for (long seed = 1; seed <= 8; seed++) {
            List<List<@Nullable Object>> rows = rows(seed, 300);
            List<List<@Nullable Object>> whole = whole(rows);
            assertThat(whole).as("seed %d", seed).hasSize(5);
            assertSame(inParts(rows), whole, "merged, seed %d".formatted(seed));
            assertSame(absorbed(rows), whole, "absorbed, seed %d".formatted(seed));
        }
    }

    private static void assertSame(List<List<@Nullable Object>> rows, List<List<@Nullable Object>> whole, String what) {
        assertThat(rows).as(what).hasSameSizeAs(whole);
        for (int i = 0; i < rows.size(); i++) {
            for (int c = 0; c < RESULTS.size(); c++) {
                Object expected = whole.get(i).get(c);
                if (expected instanceof Double number) {
                    assertThat((Double) rows.get(i).get(c))
                            .as("%s, column %d", what, c)
                            .isCloseTo(number, within(1e-9 * (1 + Math.abs(number))));
                } else {
                    assertThat(rows.get(i).get(c)).as("%s, column %d", what, c).isEqualTo(expected);
                }
            }
        }
    }

    private List<List<@Nullable Object>> whole(List<List<@Nullable Object>> rows) {
        try (var groups = new HashAggregator(KEYS, CALLS, allocator);
                VectorSchemaRoot batch = Batches.of(allocator, TYPES, rows)) {
            groups.add(batch);
            return results(groups);
        }
    }

    private List<List<@Nullable Object>> inParts(List<List<@Nullable Object>> rows) {
        try (var groups = new HashAggregator(KEYS, CALLS, allocator)) {
            for (int from = 0; from < rows.size(); from += 100) {
                try (var part = new HashAggregator(KEYS, CALLS, allocator);
                        VectorSchemaRoot batch = Batches.of(allocator, TYPES, rows.subList(from, from + 100))) {
                    part.add(batch);
                    for (VectorSchemaRoot states = part.nextPartial(2); states != null; states = part.nextPartial(2)) {
                        try (VectorSchemaRoot taken = states) {
                            groups.merge(taken);
                        }
                    }
                }
            }
            return results(groups);
        }
    }

    private List<List<@Nullable Object>> absorbed(List<List<@Nullable Object>> rows) {
        try (var groups = new HashAggregator(KEYS, CALLS, allocator)) {
            for (int from = 0; from < rows.size(); from += 100) {
                try (var part = new HashAggregator(KEYS, CALLS, allocator);
                        VectorSchemaRoot batch = Batches.of(allocator, TYPES, rows.subList(from, from + 100))) {
                    part.add(batch);
                    part.seal();
                    groups.absorb(part, 0, 1, () -> {});
                }
            }
            return results(groups);
        }
    }

    /// By key.
    private static List<List<@Nullable Object>> results(HashAggregator groups) {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (VectorSchemaRoot batch = groups.nextResult(NAMES, 3); batch != null; batch = groups.nextResult(NAMES, 3)) {
            try (VectorSchemaRoot taken = batch) {
                rows.addAll(Batches.rows(taken, RESULTS));
            }
        }
        rows.sort(Comparator.comparing(row -> (Integer) row.getFirst()));
        return rows;
    }
}
