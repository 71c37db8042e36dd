package io.elanus.sql.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.sql.session.Running;
import io.elanus.sql.session.Session;
import io.elanus.sql.testing.SqlFixture;
import io.elanus.storage.ErrorCode;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random changes of every kind by a role under row policies, against a model of a few lines.
final class PolicyModelTest {
    private static final int CHANGES = 80;
    private static final int KEYS = 12;
    private static final List<String> COLUMNS = List.of("id", "owner", "n");

    /// A row of the table.
    private record Row(
            int id, @Nullable String owner, @Nullable Integer n) {
        boolean own() {
            return "anna".equals(owner);
        }

        boolean is(int value) {
            return n != null && n == value;
        }

        boolean below(int value) {
            return n != null && n < value;
        }

        /// The restrictive policy.
        boolean open() {
            return n != null && n != 9;
        }

        boolean seen() {
            return (own() || below(3)) && open();
        }

        boolean insertable() {
            return own() && below(8) && open();
        }

        boolean updatable() {
            return seen() && own() && !is(5);
        }

        boolean leavable() {
            return seen() && (own() || is(1));
        }

        boolean deletable() {
            return seen() && !is(4);
        }

        String sql() {
            return "(%d, %s, %s)".formatted(id, owner == null ? "NULL" : "'" + owner + "'", n);
        }

        String csv() {
            return "%d,%s,%s\n".formatted(id, owner == null ? "" : owner, n == null ? "" : n);
        }
    }

    /// What the model says of a statement: why it may be refused, or what is there afterwards.
    private record Outcome(Set<ErrorCode> refusals, Map<Integer, Row> rows) {}

    private Random random = new Random(0);

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void changesDoWhatTheModelSays(long seed) {
        random = new Random(seed);
        var rows = new TreeMap<Integer, Row>();
        int refused = 0;
        try (var fixture = new SqlFixture()) {
            setUp(fixture);
            try (Session anna = fixture.sessions().open("anna", Map.of())) {
                for (int i = 0; i < CHANGES; i++) {
                    if (i % 10 == 0) {
                        Row any = row();
                        fixture.run("UPSERT INTO docs VALUES " + any.sql());
                        rows.put(any.id(), any);
                    }
                    Change change = change();
                    Outcome wanted = change.model().of(Map.copyOf(rows));
                    @Nullable ErrorCode error = run(anna, change);
                    String what = "seed %d, change %d: %s over %s".formatted(seed, i, change.sql(), rows.values());
                    if (wanted.refusals().isEmpty()) {
                        assertThat(error).as(what).isNull();
                        rows.clear();
                        rows.putAll(wanted.rows());
                    } else {
                        assertThat(wanted.refusals()).as(what).contains(error == null ? ErrorCode.INTERNAL : error);
                        refused++;
                    }
                    assertThat(shown(fixture.session())).as(what).isEqualTo(text(rows.values()));
                    assertThat(shown(anna))
                            .as(what)
                            .isEqualTo(text(
                                    rows.values().stream().filter(Row::seen).toList()));
                }
            }
        }
        assertThat(refused).isBetween(CHANGES / 5, CHANGES * 4 / 5);
    }

    private static void setUp(SqlFixture fixture) {
        fixture.runAll(
                "CREATE USER anna",
                "CREATE TABLE docs (id INTEGER PRIMARY KEY, owner VARCHAR, n INTEGER)",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON docs TO anna",
                "CREATE POLICY s ON docs FOR SELECT USING (owner = current_user OR n < 3)",
                "CREATE POLICY i ON docs FOR INSERT WITH CHECK (owner = current_user AND n < 8)",
                "CREATE POLICY u ON docs FOR UPDATE USING (owner = current_user AND n <> 5)"
                        + " WITH CHECK (owner = current_user OR n = 1)",
                "CREATE POLICY d ON docs FOR DELETE USING (n <> 4)",
                "CREATE POLICY r ON docs AS RESTRICTIVE USING (n <> 9)",
                "ALTER TABLE docs ENABLE ROW LEVEL SECURITY");
    }

    private static List<String> shown(Session session) {
        return SqlFixture.run(session, "SELECT id, owner, n FROM docs ORDER BY id")
                .rows();
    }

    private static List<String> text(Iterable<Row> rows) {
        var text = new ArrayList<String>();
        rows.forEach(row -> text.add("%d|%s|%s"
                .formatted(row.id(), row.owner() == null ? "NULL" : row.owner(), row.n() == null ? "NULL" : row.n())));
        return text;
    }

    @FunctionalInterface
    private interface Model {
        Outcome of(Map<Integer, Row> rows);
    }

    /// @param sent what COPY reads; null: another statement
    private record Change(String sql, @Nullable String sent, Model model) {}

    private static @Nullable ErrorCode run(Session session, Change change) {
        try {
            String sent = change.sent();
            if (sent == null) {
                SqlFixture.run(session, change.sql());
                return null;
            }
            var bytes = new ByteArrayInputStream(sent.getBytes(StandardCharsets.UTF_8));
            try (Running copy = session.copyIn(change.sql(), bytes, RunOptions.DEFAULT)) {
                copy.updateCount();
            }
            return null;
        } catch (QueryException e) {
            return e.code();
        }
    }

    private Row row() {
        String owner = List.of("anna", "anna", "anna", "bert", "").get(random.nextInt(5));
        return new Row(
                random.nextInt(KEYS),
                owner.isEmpty() ? null : owner,
                random.nextInt(12) == 0 ? null : Integer.valueOf(random.nextInt(10)));
    }

    /// Of different keys.
    private List<Row> some() {
        var rows = new TreeMap<Integer, Row>();
        IntStream.range(0, 1 + random.nextInt(2)).mapToObj(_ -> row()).forEach(row -> rows.put(row.id(), row));
        return List.copyOf(rows.values());
    }

    private static String values(List<Row> rows) {
        return rows.stream().map(Row::sql).collect(Collectors.joining(", "));
    }

    private Change change() {
        return switch (random.nextInt(7)) {
            case 0 -> insert();
            case 1 -> update();
            case 2 -> delete();
            case 3 -> merge();
            case 4 -> upsert();
            case 5 -> copy();
            default -> insertSelect();
        };
    }

    private Change insert() {
        List<Row> fresh = some();
        return switch (random.nextInt(3)) {
            case 0 ->
                new Change("INSERT INTO docs VALUES " + values(fresh), null, rows -> inserted(rows, fresh, "error"));
            case 1 ->
                new Change(
                        "INSERT INTO docs VALUES " + values(fresh) + " ON CONFLICT DO NOTHING",
                        null,
                        rows -> inserted(rows, fresh, "ignore"));
            default ->
                new Change(
                        "INSERT INTO docs VALUES " + values(fresh)
                                + " ON CONFLICT (id) DO UPDATE SET n = excluded.n WHERE docs.n < 7",
                        null,
                        rows -> inserted(rows, fresh, "update"));
        };
    }

    private Change upsert() {
        List<Row> fresh = some();
        return new Change("UPSERT INTO docs VALUES " + values(fresh), null, rows -> inserted(rows, fresh, "replace"));
    }

    private Change copy() {
        List<Row> fresh = some();
        String how = List.of("error", "ignore", "replace").get(random.nextInt(3));
        return new Change(
                "COPY docs FROM STDIN WITH (format csv, header false, on_conflict " + how + ")",
                fresh.stream().map(Row::csv).collect(Collectors.joining()),
                rows -> inserted(rows, fresh, how));
    }

    private Change insertSelect() {
        int by = 1 + random.nextInt(KEYS - 1);
        return new Change(
                "INSERT INTO docs SELECT id + %d, owner, n FROM docs WHERE id + %d < %d".formatted(by, by, KEYS),
                null,
                rows -> inserted(
                        rows,
                        rows.values().stream()
                                .filter(row -> row.seen() && row.id() + by < KEYS)
                                .map(row -> new Row(row.id() + by, row.owner(), row.n()))
                                .toList(),
                        "error"));
    }

    private static Outcome inserted(Map<Integer, Row> rows, List<Row> fresh, String onConflict) {
        var refusals = EnumSet.noneOf(ErrorCode.class);
        var after = new TreeMap<>(rows);
        for (Row row : fresh) {
            refuse(refusals, row.insertable());
            Row old = rows.get(row.id());
            if (old == null) {
                after.put(row.id(), row);
                continue;
            }
            switch (onConflict) {
                case "error" -> refusals.add(ErrorCode.UNIQUE_VIOLATION);
                case "ignore" -> {}
                case "replace" -> {
                    refuse(refusals, old.updatable() && row.leavable());
                    after.put(row.id(), row);
                }
                default -> {
                    refuse(refusals, old.updatable());
                    if (old.below(7)) {
                        var updated = new Row(old.id(), old.owner(), row.n());
                        refuse(refusals, updated.leavable());
                        after.put(row.id(), updated);
                    }
                }
            }
        }
        return new Outcome(refusals, after);
    }

    private static void refuse(Set<ErrorCode> refusals, boolean allowed) {
        if (!allowed) {
            refusals.add(ErrorCode.INSUFFICIENT_PRIVILEGE);
        }
    }

    private Change update() {
        Row to = row();
        int below = random.nextInt(KEYS);
        boolean owner = random.nextBoolean();
        String set = owner ? "owner = CASE WHEN n = 1 THEN 'bert' ELSE owner END" : "n = " + to.n();
        return new Change("UPDATE docs SET %s WHERE id >= %d".formatted(set, below), null, rows -> {
            var refusals = EnumSet.noneOf(ErrorCode.class);
            var after = new TreeMap<>(rows);
            for (Row row : rows.values()) {
                if (row.id() >= below && row.updatable()) {
                    Row updated = owner
                            ? new Row(row.id(), row.is(1) ? "bert" : row.owner(), row.n())
                            : new Row(row.id(), row.owner(), to.n());
                    refuse(refusals, updated.leavable());
                    after.put(row.id(), updated);
                }
            }
            return new Outcome(refusals, after);
        });
    }

    private Change delete() {
        int from = random.nextInt(KEYS);
        return new Change("DELETE FROM docs WHERE id BETWEEN %d AND %d".formatted(from, from + 1), null, rows -> {
            var after = new TreeMap<>(rows);
            after.values().removeIf(row -> row.id() >= from && row.id() <= from + 1 && row.deletable());
            return new Outcome(Set.of(), after);
        });
    }

    private Change merge() {
        List<Row> given = some();
        boolean inserts = random.nextBoolean();
        String values = given.stream()
                .map(row -> row.sql()
                        .replace("(" + row.id() + ", NULL", "(" + row.id() + ", CAST(NULL AS VARCHAR)")
                        .replace(", null)", ", CAST(NULL AS INTEGER))"))
                .collect(Collectors.joining(", "));
        String sql = "MERGE INTO docs USING (VALUES " + values + ") AS s (" + String.join(", ", COLUMNS)
                + ") ON docs.id = s.id"
                + " WHEN MATCHED AND docs.n = 2 THEN DELETE"
                + " WHEN MATCHED THEN UPDATE SET owner = s.owner, n = s.n"
                + (inserts ? " WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.owner, s.n)" : "");
        return new Change(sql, null, rows -> merged(rows, given, inserts));
    }

    private static Outcome merged(Map<Integer, Row> rows, List<Row> given, boolean inserts) {
        var refusals = EnumSet.noneOf(ErrorCode.class);
        var after = new TreeMap<>(rows);
        for (Row row : given) {
            Row old = rows.get(row.id());
            if (old != null && old.seen()) {
                if (old.is(2)) {
                    refuse(refusals, old.deletable());
                    after.remove(row.id());
                } else {
                    refuse(refusals, old.updatable() && row.leavable());
                    after.put(row.id(), row);
                }
            } else if (inserts) {
                refuse(refusals, row.insertable());
                if (old != null) {
                    refusals.add(ErrorCode.UNIQUE_VIOLATION);
                }
                after.put(row.id(), row);
            }
        }
        return new Outcome(refusals, after);
    }
}
