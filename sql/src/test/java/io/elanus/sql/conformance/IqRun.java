package io.elanus.sql.conformance;

import io.elanus.sql.conformance.IqScript.Step;
import java.io.BufferedReader;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Runs Quidem scripts over one connection, on the tables of [IqTables].
final class IqRun {
    private static final Set<String> SCHEMAS = Set.of("scott", "post", "hr");

    private final Connection connection;
    private final Tally tally;

    IqRun(Connection connection, Tally tally) {
        this.connection = connection;
        this.tally = tally;
    }

    /// @param file its name in the suite
    void run(String file, BufferedReader text) throws IOException, SQLException {
        var script = new IqScript(text);
        IqTables.empty(connection, "blank");
        try (Statement statement = connection.createStatement()) {
            for (Step step = script.next(); step != null; step = script.next()) {
                run(step, file + ":" + step.line(), statement);
            }
        }
    }

    private void run(Step step, String where, Statement statement) throws SQLException {
        switch (step) {
            case Step.Use(int _, String name) ->
                connection.setSchema(name.equals("jdbc_scott") ? "scott" : SCHEMAS.contains(name) ? name : "blank");
            case Step.Ask ask -> ask(ask, where, statement);
            case Step.Change(int _, String sql) -> change(sql, where, statement);
            case Step.Refuse(int _, String sql) -> refuse(sql, where, statement);
        }
    }

    private void ask(Step.Ask ask, String where, Statement statement) {
        long start = System.nanoTime();
        try (ResultSet result = statement.executeQuery(ask.sql())) {
            List<List<String>> values = values(result);
            List<List<String>> expected = IqAnswer.rows(ask.printed());
            long spent = System.nanoTime() - start;
            if (IqAnswer.agrees(values, expected, ask.sql())) {
                tally.passed(ask.sql(), spent);
            } else {
                tally.failed(
                        ask.sql(), where, "another answer", "expected %s, not %s".formatted(expected, values), spent);
            }
        } catch (SQLException e) {
            fail(e, ask.sql(), where, start);
        }
    }

    private void fail(SQLException e, String sql, String where, long start) {
        tally.failed(sql, where, Tally.cause(e), String.valueOf(e.getMessage()), System.nanoTime() - start);
    }

    private static List<List<String>> values(ResultSet result) throws SQLException {
        var rows = new ArrayList<List<String>>();
        int width = result.getMetaData().getColumnCount();
        while (result.next()) {
            var row = new ArrayList<String>();
            for (int i = 1; i <= width; i++) {
                String value = result.getString(i);
                row.add(value == null ? "" : IqAnswer.plain(value));
            }
            rows.add(row);
        }
        return rows;
    }

    private void change(String sql, String where, Statement statement) {
        long start = System.nanoTime();
        try {
            statement.execute(sql);
            tally.passed(sql, System.nanoTime() - start);
        } catch (SQLException e) {
            fail(e, sql, where, start);
        }
    }

    private void refuse(String sql, String where, Statement statement) {
        long start = System.nanoTime();
        try {
            statement.execute(sql);
            tally.failed(sql, where, "was not refused", "", System.nanoTime() - start);
        } catch (SQLException e) {
            tally.passed(sql, System.nanoTime() - start);
        }
    }
}
