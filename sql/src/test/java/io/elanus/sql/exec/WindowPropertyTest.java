package io.elanus.sql.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.testing.SqlFixture;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Window functions against a model that looks at every row for every row.
class WindowPropertyTest {
    private static final int ROUNDS = 150;
    private static final long SEED = 20261122;

    private final SqlFixture fixture = new SqlFixture();

    @AfterEach
    void leavesNoMemory() {
        fixture.close();
    }

    private record Row(
            int id,
            @Nullable Integer p,
            @Nullable Integer o,
            @Nullable Integer x) {}

    /// @param from rows from the current one; MIN_VALUE: unbounded
    private record Frame(boolean rows, long from, long to, String sql) {
        static Frame random(Random random) {
            if (random.nextInt(3) == 0) {
                return switch (random.nextInt(4)) {
                    case 0 -> new Frame(false, Long.MIN_VALUE, 0, "");
                    case 1 ->
                        new Frame(
                                false,
                                Long.MIN_VALUE,
                                Long.MAX_VALUE,
                                "RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING");
                    case 2 -> new Frame(false, 0, Long.MAX_VALUE, "RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING");
                    default -> new Frame(false, 0, 0, "RANGE BETWEEN CURRENT ROW AND CURRENT ROW");
                };
            }
            long from = random.nextInt(4) == 0 ? Long.MIN_VALUE : random.nextInt(9) - 5;
            long to = random.nextInt(4) == 0 ? Long.MAX_VALUE : Math.max(from, -5) + random.nextInt(7);
            return new Frame(true, from, to, "ROWS BETWEEN " + bound(from) + " AND " + bound(to));
        }

        private static String bound(long offset) {
            if (offset == Long.MIN_VALUE) {
                return "UNBOUNDED PRECEDING";
            }
            if (offset == Long.MAX_VALUE) {
                return "UNBOUNDED FOLLOWING";
            }
            return offset == 0 ? "CURRENT ROW" : Math.abs(offset) + (offset < 0 ? " PRECEDING" : " FOLLOWING");
        }

        List<Row> of(List<Row> partition, int at, Comparator<Row> order) {
            var frame = new ArrayList<Row>();
            for (int i = 0; i < partition.size(); i++) {
                boolean in = rows
                        ? (from == Long.MIN_VALUE || i >= at + from) && (to == Long.MAX_VALUE || i <= at + to)
                        : (from == Long.MIN_VALUE || order.compare(partition.get(i), partition.get(at)) >= 0)
                                && (to == Long.MAX_VALUE || order.compare(partition.get(i), partition.get(at)) <= 0);
                if (in) {
                    frame.add(partition.get(i));
                }
            }
            return frame;
        }
    }

    @Test
    void everyFunctionOverEveryFrameIsWhatTheModelSays() {
        var random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            List<Row> rows = rows(random);
            fixture.run("CREATE TABLE t (id INTEGER PRIMARY KEY, p INTEGER, o INTEGER, x INTEGER)");
            if (!rows.isEmpty()) {
                var values = new StringJoiner(", ");
                rows.forEach(row -> values.add("(%d, %s, %s, %s)".formatted(row.id(), row.p(), row.o(), row.x())));
                fixture.run("INSERT INTO t VALUES " + values);
            }
            check(random, rows, round);
            fixture.run("DROP TABLE t");
        }
    }

    private static List<Row> rows(Random random) {
        var rows = new ArrayList<Row>();
        int count = random.nextInt(40);
        for (int i = 0; i < count; i++) {
            rows.add(new Row(i, some(random, 3), some(random, 6), some(random, 50)));
        }
        return rows;
    }

    private static @Nullable Integer some(Random random, int bound) {
        return random.nextInt(8) == 0 ? null : Integer.valueOf(random.nextInt(bound));
    }

    private void check(Random random, List<Row> rows, int round) {
        boolean partitioned = random.nextBoolean();
        boolean descending = random.nextBoolean();
        boolean unique = random.nextBoolean();
        Comparator<Row> order = Comparator.comparing(Row::o, Comparator.nullsLast(Comparator.naturalOrder()));
        order = descending ? order.reversed() : order;
        order = unique ? order.thenComparingInt(Row::id) : order;
        String window = (partitioned ? "PARTITION BY p " : "") + "ORDER BY o" + (descending ? " DESC" : "")
                + (unique ? ", id" : "");
        Frame frame = Frame.random(random);
        List<String> functions = functions(unique);
        String function = functions.get(random.nextInt(functions.size()));
        boolean framed = !function.matches("(row_number|rank|dense_rank|percent_rank|cume_dist|ntile|lag|lead).*");
        String sql =
                "SELECT id, %s OVER (%s %s) FROM t ORDER BY id".formatted(function, window, framed ? frame.sql() : "");
        var expected = new ArrayList<String>();
        for (Row row : rows) {
            List<Row> partition = rows.stream()
                    .filter(other -> !partitioned || Objects.equals(other.p(), row.p()))
                    .sorted(order)
                    .toList();
            Object value = model(function, partition, partition.indexOf(row), frame, order);
            expected.add(row.id() + "|" + (value == null ? "NULL" : value));
        }
        assertThat(fixture.run(sql).rows())
                .as("seed %d round %d: %s", SEED, round, sql)
                .containsExactlyElementsOf(expected);
    }

    /// Some functions say the same on every run only when no two rows are peers.
    private static List<String> functions(boolean unique) {
        var functions = new ArrayList<>(
                List.of("rank()", "dense_rank()", "percent_rank()", "cume_dist()", "count(*)", "count(x)"));
        if (unique) {
            functions.addAll(List.of("row_number()", "ntile(3)", "lag(x)", "lead(x, 2)", "lag(x, 3, -1)"));
            functions.addAll(List.of("first_value(x)", "last_value(x)", "nth_value(x, 2)", "sum(x)", "min(x)"));
            functions.addAll(List.of("max(x)", "avg(x)"));
        } else {
            functions.removeIf(function -> function.startsWith("count"));
        }
        return functions;
    }

    private static @Nullable Object model(
            String function, List<Row> partition, int at, Frame frame, Comparator<Row> order) {
        Row row = partition.get(at);
        List<Row> in = frame.of(partition, at, order);
        List<Integer> values = in.stream().map(Row::x).filter(Objects::nonNull).toList();
        long before = partition.stream()
                .filter(other -> order.compare(other, row) < 0)
                .count();
        long through = partition.stream()
                .filter(other -> order.compare(other, row) <= 0)
                .count();
        return switch (function) {
            case "row_number()" -> at + 1;
            case "rank()" -> before + 1;
            case "dense_rank()" -> {
                long distinct = 0;
                for (int i = 1; i <= at; i++) {
                    distinct += order.compare(partition.get(i - 1), partition.get(i)) == 0 ? 0 : 1;
                }
                yield distinct + 1;
            }
            case "percent_rank()" -> number(partition.size() == 1 ? 0 : before / (partition.size() - 1.0));
            case "cume_dist()" -> number(through / (double) partition.size());
            case "ntile(3)" -> ntile(partition.size(), at);
            case "lag(x)" -> at < 1 ? null : partition.get(at - 1).x();
            case "lead(x, 2)" ->
                at + 2 >= partition.size() ? null : partition.get(at + 2).x();
            case "lag(x, 3, -1)" ->
                at < 3 ? Integer.valueOf(-1) : partition.get(at - 3).x();
            case "first_value(x)" -> in.isEmpty() ? null : in.getFirst().x();
            case "last_value(x)" -> in.isEmpty() ? null : in.getLast().x();
            case "nth_value(x, 2)" -> in.size() < 2 ? null : in.get(1).x();
            case "count(*)" -> in.size();
            case "count(x)" -> values.size();
            case "sum(x)" ->
                values.isEmpty() ? null : values.stream().mapToInt(x -> x).sum();
            case "min(x)" -> values.stream().min(Comparator.naturalOrder()).orElse(null);
            case "max(x)" -> values.stream().max(Comparator.naturalOrder()).orElse(null);
            case "avg(x)" ->
                values.isEmpty()
                        ? null
                        : number(values.stream().mapToInt(x -> x).sum() / (double) values.size());
            default -> throw new AssertionError(function);
        };
    }

    private static int ntile(int rows, int at) {
        int bucket = 0;
        for (int left = at; left >= 0; left -= rows / 3 + (bucket <= rows % 3 ? 1 : 0)) {
            bucket++;
        }
        return bucket;
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
