package io.elanus.storage.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Batches;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import io.elanus.storage.type.VectorElement;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HashAggregatorTest {
    private static final ColumnType MONEY = new ColumnType.Decimal(20, 3);
    private static final ColumnType VECTOR = new ColumnType.Vector(3, VectorElement.FLOAT32);
    private static final List<ColumnType> TYPES =
            List.of(Simple.TINYINT, RandomRows.TEXT, Simple.INTEGER, Simple.DOUBLE, MONEY, VECTOR, Simple.BOOLEAN);
    private static final List<Expr> KEYS = List.of(Batches.input(0, Simple.TINYINT), Batches.input(1, RandomRows.TEXT));
    private static final Expr NUMBER = Batches.input(2, Simple.INTEGER);
    private static final Expr TRUE = Batches.input(6, Simple.BOOLEAN);

    private final BufferAllocator allocator = new RootAllocator();

    @AfterEach
    void closeAllocator() {
        allocator.close();
    }

    private static List<AggregateCall> calls() {
        return List.of(
                AggregateCall.of(AggregateFunction.COUNT),
                AggregateCall.of(AggregateFunction.COUNT, NUMBER),
                AggregateCall.of(AggregateFunction.SUM, NUMBER),
                AggregateCall.of(AggregateFunction.SUM0, NUMBER),
                AggregateCall.of(AggregateFunction.AVG, NUMBER),
                AggregateCall.of(AggregateFunction.MIN, NUMBER),
                AggregateCall.of(AggregateFunction.MAX, Batches.input(1, RandomRows.TEXT)),
                AggregateCall.of(AggregateFunction.SUM, Batches.input(4, MONEY)),
                AggregateCall.of(AggregateFunction.VAR_SAMP, NUMBER),
                AggregateCall.of(AggregateFunction.BOOL_AND, TRUE),
                AggregateCall.of(AggregateFunction.BOOL_OR, TRUE),
                new AggregateCall(AggregateFunction.COUNT, List.of(), Optional.of(TRUE), false, Simple.BIGINT));
    }

    private static List<@Nullable Object> model(List<List<@Nullable Object>> rows) {
        List<Integer> numbers = values(rows, 2, Integer.class);
        List<String> texts = values(rows, 1, String.class);
        List<BigDecimal> money = values(rows, 4, BigDecimal.class);
        List<Boolean> truths = values(rows, 6, Boolean.class);
        long sum = numbers.stream().mapToLong(Integer::longValue).sum();
        var out = new ArrayList<@Nullable Object>();
        out.add((long) rows.size());
        out.add((long) numbers.size());
        out.add(numbers.isEmpty() ? null : (Long) sum);
        out.add(sum);
        out.add(numbers.isEmpty() ? null : (Double) ((double) sum / numbers.size()));
        out.add(numbers.stream().min(Comparator.naturalOrder()).orElse(null));
        out.add(texts.stream()
                .max(Comparator.comparing(HashAggregatorTest::order))
                .orElse(null));
        out.add(money.stream().reduce(BigDecimal::add).orElse(null));
        out.add(variance(numbers));
        out.add(truths.isEmpty() ? null : (Boolean) !truths.contains(false));
        out.add(truths.isEmpty() ? null : (Boolean) truths.contains(true));
        out.add(truths.stream().filter(truth -> truth).count());
        return out;
    }

    /// Text in the order of its UTF-8 bytes.
    private static String order(String text) {
        var hex = new StringBuilder();
        for (byte b : text.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
            hex.append("%02x".formatted(b));
        }
        return hex.toString();
    }

    private static @Nullable Double variance(List<Integer> numbers) {
        if (numbers.size() < 2) {
            return null;
        }
        double mean = numbers.stream().mapToInt(i -> i).average().orElse(0);
        return numbers.stream().mapToDouble(i -> (i - mean) * (i - mean)).sum() / (numbers.size() - 1);
    }

    private static <T> List<T> values(List<List<@Nullable Object>> rows, int column, Class<T> type) {
        return rows.stream()
                .map(row -> row.get(column))
                .filter(Objects::nonNull)
                .map(type::cast)
                .toList();
    }

    /// A key of one number or one text has a table of its own; NULL is a group among them.
    @Test
    void equalsAModelBySingleKeys() {
        for (long seed = 1; seed <= 6; seed++) {
            List<List<@Nullable Object>> rows = new RandomRows(seed).rows(TYPES, seed == 1 ? 10_000 : 100);
            for (int column : List.of(1, 2, 6)) {
                Map<@Nullable Object, List<List<@Nullable Object>>> groups = new HashMap<>();
                rows.forEach(row -> groups.computeIfAbsent(row.get(column), _ -> new ArrayList<>())
                        .add(row));
                List<Expr> key = List.of(Batches.input(column, TYPES.get(column)));
                for (int parts : List.of(1, 3)) {
                    List<List<@Nullable Object>> result = aggregate(key, calls(), rows, parts);
                    assertThat(result).as("seed %d", seed).hasSize(groups.size());
                    for (List<@Nullable Object> row : result) {
                        var expected = new ArrayList<@Nullable Object>(row.subList(0, 1));
                        expected.addAll(model(Objects.requireNonNull(groups.get(row.getFirst()))));
                        assertRow(row, expected, "seed %d, column %d, parts %d".formatted(seed, column, parts));
                    }
                }
            }
        }
    }

    @Test
    void equalsAModelWholeAndInParts() {
        for (long seed = 1; seed <= 12; seed++) {
            List<List<@Nullable Object>> rows = new RandomRows(seed).rows(TYPES, seed == 1 ? 20_000 : 200);
            Map<List<@Nullable Object>, List<List<@Nullable Object>>> groups = new HashMap<>();
            rows.forEach(row -> groups.computeIfAbsent(
                            new ArrayList<@Nullable Object>(row.subList(0, 2)), _ -> new ArrayList<>())
                    .add(row));
            for (int parts : List.of(1, 3)) {
                List<List<@Nullable Object>> result = aggregate(KEYS, calls(), rows, parts);
                assertThat(result).as("seed %d", seed).hasSize(groups.size());
                for (List<@Nullable Object> row : result) {
                    var expected = new ArrayList<@Nullable Object>(row.subList(0, 2));
                    expected.addAll(model(Objects.requireNonNull(groups.get(expected))));
                    assertRow(row, expected, "seed %d, parts %d".formatted(seed, parts));
                }
            }
        }
    }

    /// Keys that are packed, those that are too long for it, and those that have NULLs; the parts are grouped apart and
    /// then absorbed by three aggregations, each of which takes a third of the keys.
    @Test
    void groupsAbsorbedByPartsAreThoseOfTheWhole() {
        List<List<Integer>> keys = List.of(List.of(1), List.of(2), List.of(0, 1), List.of(1, 2), List.of(2, 6));
        for (long seed = 1; seed <= 6; seed++) {
            List<List<@Nullable Object>> rows = new RandomRows(seed).rows(TYPES, seed == 1 ? 20_000 : 300);
            for (List<Integer> columns : keys) {
                Map<List<@Nullable Object>, List<List<@Nullable Object>>> groups = new HashMap<>();
                rows.forEach(row -> groups.computeIfAbsent(
                                columns.stream()
                                        .<@Nullable Object>map(row::get)
                                        .collect(ArrayList::new, List::add, List::addAll),
                                _ -> new ArrayList<>())
                        .add(row));
                List<Expr> exprs = columns.stream()
                        .<Expr>map(column -> Batches.input(column, TYPES.get(column)))
                        .toList();
                List<List<@Nullable Object>> result = absorbed(exprs, calls(), rows, 3);
                assertThat(result).as("seed %d, keys %s", seed, columns).hasSize(groups.size());
                for (List<@Nullable Object> row : result) {
                    var expected = new ArrayList<@Nullable Object>(row.subList(0, columns.size()));
                    expected.addAll(model(Objects.requireNonNull(groups.get(expected))));
                    assertRow(row, expected, "seed %d, keys %s".formatted(seed, columns));
                }
            }
        }
    }

    private List<List<@Nullable Object>> absorbed(
            List<Expr> keys, List<AggregateCall> calls, List<List<@Nullable Object>> rows, int parts) {
        var types = new ArrayList<ColumnType>(keys.stream().map(Expr::type).toList());
        calls.forEach(call -> types.add(call.type()));
        List<String> names =
                IntStream.range(0, types.size()).mapToObj(i -> "c" + i).toList();
        var sources = new ArrayList<HashAggregator>();
        var out = new ArrayList<List<@Nullable Object>>();
        int step = rows.size() / parts + 1;
        for (int from = 0; from < rows.size(); from += step) {
            var source = new HashAggregator(keys, calls, allocator);
            sources.add(source);
            try (VectorSchemaRoot batch =
                    Batches.of(allocator, TYPES, rows.subList(from, Math.min(rows.size(), from + step)))) {
                source.add(batch);
            }
            source.seal();
        }
        for (int part = 0; part < parts; part++) {
            try (var whole = new HashAggregator(keys, calls, allocator)) {
                for (HashAggregator source : sources) {
                    whole.absorb(source, part, parts, () -> {});
                }
                for (VectorSchemaRoot batch = whole.nextResult(names, 4096);
                        batch != null;
                        batch = whole.nextResult(names, 4096)) {
                    try (VectorSchemaRoot taken = batch) {
                        out.addAll(Batches.rows(taken, types));
                    }
                }
            }
        }
        sources.forEach(HashAggregator::close);
        return out;
    }

    private static void assertRow(List<@Nullable Object> row, List<@Nullable Object> expected, String what) {
        for (int c = 0; c < expected.size(); c++) {
            if (expected.get(c) instanceof Double number) {
                assertThat((Double) row.get(c)).as(what).isCloseTo(number, within(Math.abs(number) * 1e-9 + 1e-9));
            } else {
                assertThat(row.get(c))
                        .as("%s, column %d of %s", what, c, expected)
                        .isEqualTo(expected.get(c));
            }
        }
    }

    /// With one part the rows go straight to results; with more, each part's states travel as batches.
    private List<List<@Nullable Object>> aggregate(
            List<Expr> keys, List<AggregateCall> calls, List<List<@Nullable Object>> rows, int parts) {
        var types = new ArrayList<ColumnType>(keys.stream().map(Expr::type).toList());
        calls.forEach(call -> types.add(call.type()));
        List<String> names =
                IntStream.range(0, types.size()).mapToObj(i -> "c" + i).toList();
        var out = new ArrayList<List<@Nullable Object>>();
        try (var whole = new HashAggregator(keys, calls, allocator)) {
            int step = Math.max(1, rows.size() / parts + 1);
            for (int from = 0; from < rows.size(); from += step) {
                List<List<@Nullable Object>> part = rows.subList(from, Math.min(rows.size(), from + step));
                try (VectorSchemaRoot batch = Batches.of(allocator, TYPES, part)) {
                    if (parts == 1) {
                        whole.add(batch);
                    } else {
                        mergePart(keys, calls, batch, whole);
                    }
                }
            }
            for (VectorSchemaRoot batch = whole.nextResult(names, 37);
                    batch != null;
                    batch = whole.nextResult(names, 37)) {
                try (VectorSchemaRoot taken = batch) {
                    out.addAll(Batches.rows(taken, types));
                }
            }
        }
        return out;
    }

    private void mergePart(List<Expr> keys, List<AggregateCall> calls, VectorSchemaRoot batch, HashAggregator whole) {
        try (var shard = new HashAggregator(keys, calls, allocator)) {
            shard.add(batch);
            for (VectorSchemaRoot states = shard.nextPartial(50); states != null; states = shard.nextPartial(50)) {
                try (VectorSchemaRoot taken = states) {
                    assertThat(taken.getSchema()).isEqualTo(HashAggregator.partialSchema(keys, calls));
                    whole.merge(taken);
                }
            }
        }
    }

    @Test
    void yieldsOneGroupOverNoRowsWithoutKeys() {
        assertThat(aggregate(List.of(), calls(), List.of(), 1)).containsExactly(model(List.of()));
        assertThat(aggregate(KEYS, calls(), List.of(), 1)).isEmpty();
    }

    @Test
    void averagesVectorsElementByElement() {
        var average = AggregateCall.of(AggregateFunction.AVG, Batches.input(5, VECTOR));
        var sum = AggregateCall.of(AggregateFunction.SUM, Batches.input(5, VECTOR));
        List<List<@Nullable Object>> rows = new RandomRows(3).rows(TYPES, 90);
        double[] sums = new double[3];
        List<float[]> vectors = values(rows, 5, float[].class);
        vectors.forEach(vector -> IntStream.range(0, 3).forEach(i -> sums[i] += vector[i]));
        for (int parts : List.of(1, 4)) {
            List<@Nullable Object> row =
                    aggregate(List.of(), List.of(average, sum), rows, parts).getFirst();
            for (int i = 0; i < 3; i++) {
                assertThat(((float[]) Objects.requireNonNull(row.get(0)))[i])
                        .isEqualTo((float) (sums[i] / vectors.size()));
                assertThat(((float[]) Objects.requireNonNull(row.get(1)))[i]).isEqualTo((float) sums[i]);
            }
        }
    }

    @Test
    void countsDistinctValuesExactlyAndAbout() {
        var random = new Random(11);
        var rows = new ArrayList<List<@Nullable Object>>();
        var numbers = new HashSet<Integer>();
        for (int i = 0; i < 30_000; i++) {
            List<@Nullable Object> row =
                    new ArrayList<@Nullable Object>(java.util.Collections.nCopies(TYPES.size(), null));
            int number = random.nextInt(20_000);
            row.set(2, number);
            numbers.add(number);
            rows.add(row);
        }
        var exact = new AggregateCall(AggregateFunction.COUNT, List.of(NUMBER), Optional.empty(), true, Simple.BIGINT);
        assertThat(aggregate(List.of(), List.of(exact), rows, 1).getFirst()).containsExactly((long) numbers.size());
        var about = AggregateCall.of(AggregateFunction.APPROX_COUNT_DISTINCT, NUMBER);
        for (int parts : List.of(1, 5)) {
            var estimate = (Long) Objects.requireNonNull(
                    aggregate(List.of(), List.of(about), rows, parts).getFirst().getFirst());
            assertThat(estimate.doubleValue()).isCloseTo(numbers.size(), within(0.06 * numbers.size()));
        }
    }

    @Test
    void collectsValuesAndJoinsText() {
        var list = AggregateCall.of(AggregateFunction.ARRAY_AGG, NUMBER);
        var joined = AggregateCall.of(
                AggregateFunction.STRING_AGG,
                Batches.input(1, RandomRows.TEXT),
                Batches.constant("|", RandomRows.TEXT));
        List<List<@Nullable Object>> rows = new RandomRows(5).rows(TYPES, 70);
        List<@Nullable Object> numbers = new ArrayList<>();
        rows.forEach(row -> numbers.add(row.get(2)));
        String text = String.join("|", values(rows, 1, String.class));
        for (int parts : List.of(1, 3)) {
            assertThat(aggregate(List.of(), List.of(list, joined), rows, parts).getFirst())
                    .containsExactly(numbers, text);
        }
    }

    @Test
    void refusesASumThatDoesNotFit() {
        Expr big = Batches.call(
                Operator.MULTIPLY,
                Simple.BIGINT,
                Batches.constant(Long.MAX_VALUE / 2, Simple.BIGINT),
                Batches.constant(2, Simple.BIGINT));
        var sum = AggregateCall.of(AggregateFunction.SUM, big);
        List<List<@Nullable Object>> rows = new RandomRows(5).rows(TYPES, 3);
        assertThatThrownBy(() -> aggregate(List.of(), List.of(sum), rows, 1))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NUMBER_OUT_OF_RANGE));
    }
}
