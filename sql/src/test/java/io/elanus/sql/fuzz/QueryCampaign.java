package io.elanus.sql.fuzz;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// Asks queries that must agree until enough were asked, and keeps those that disagree.
final class QueryCampaign {
    static final int ROWS = 300;
    private static final int SMALL_ROWS = 40;

    private final Asker asker;
    private final RandomValues values;
    private final List<Check> checks;

    private interface Check {
        void run() throws SQLException;
    }

    /// @param asked   queries in all
    /// @param refused checks that ended because a value was out of range
    record Outcome(long asked, long refused, List<String> differences) {}

    QueryCampaign(Connection connection, long seed) {
        this(connection, seed, UnaryOperator.identity());
    }

    /// @param fault what becomes of each query before it is asked, for a test of the campaign itself
    QueryCampaign(Connection connection, long seed, UnaryOperator<String> fault) {
        this.asker = new Asker(connection, fault);
        this.values = new RandomValues(new SplittableRandom(seed));
        var queries = new RandomQueries(values);
        var conditions = new ConditionChecks(asker, values, queries);
        var relations = new RelationChecks(asker, values, queries);
        var searches = new SearchChecks(asker, values, queries);
        this.checks = List.of(
                conditions::parts,
                conditions::parts,
                conditions::groupedParts,
                conditions::distinctParts,
                conditions::groupParts,
                conditions::counted,
                conditions::counted,
                conditions::copied,
                conditions::reasoned,
                conditions::reasoned,
                conditions::reasoned,
                conditions::rewritten,
                relations::sets,
                relations::joins,
                relations::halves,
                relations::listed,
                relations::aggregates,
                relations::ordered,
                relations::windows,
                searches::nearest,
                searches::indexed,
                searches::within);
    }

    /// Rows lie in stored segments and in the log; some were replaced, some deleted. The copy has the same rows with a
    /// key of its own and no index.
    void load() throws SQLException {
        asker.execute("CREATE TABLE keyed (id BIGINT PRIMARY KEY, " + RandomValues.COLUMNS + ")");
        asker.execute("CREATE TABLE small (id BIGINT PRIMARY KEY, " + RandomValues.COLUMNS + ")");
        asker.execute("CREATE TABLE copied (id BIGINT, " + RandomValues.COLUMNS + ")");
        upsert("keyed", 0, ROWS / 2);
        asker.execute("FLUSH");
        asker.execute("CREATE INDEX keyed_v ON keyed USING hnsw (v vector_l2_ops)");
        asker.execute("CREATE INDEX keyed_w ON keyed USING hnsw (w vector_cosine_ops)");
        upsert("keyed", ROWS / 4, ROWS);
        asker.execute("DELETE FROM keyed WHERE id % 17 = 3");
        upsert("small", 0, SMALL_ROWS);
        asker.execute("INSERT INTO copied SELECT * FROM keyed");
    }

    private void upsert(String table, int from, int to) throws SQLException {
        var rows = new StringJoiner(", ");
        for (int id = from; id < to; id++) {
            rows.add("(" + id + ", " + values.row() + ")");
        }
        asker.execute("UPSERT INTO " + table + " VALUES " + rows);
    }

    /// Against tables that were loaded.
    Outcome run(long count) throws SQLException {
        return run(count, _ -> {});
    }

    /// @param found told each difference at once
    Outcome run(long count, Consumer<String> found) throws SQLException {
        // As many candidates as there are rows: a graph then finds what a scan finds.
        asker.execute("SET ef_search = " + ROWS);
        long refused = 0;
        while (asker.asked() < count) {
            int known = asker.differences().size();
            refused += check(values.one(checks)) ? 0 : 1;
            asker.differences().stream().skip(known).forEach(found);
        }
        return new Outcome(asker.asked(), refused, asker.differences());
    }

    private boolean check(Check check) {
        try {
            check.run();
            return true;
        } catch (SQLException e) {
            // A value out of range is an error that one way of asking may meet and the other not.
            if (e.getSQLState() == null || !e.getSQLState().startsWith("22")) {
                asker.differ("%s %s".formatted(e.getSQLState(), e.getMessage()));
            }
            return false;
        }
    }
}
