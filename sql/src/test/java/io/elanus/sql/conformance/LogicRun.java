package io.elanus.sql.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Runs scripts over one connection, in its schema; each begins with an empty one. What no query that is asked can
/// see is left out. What fails over a table that an earlier refusal
/// spoilt is a kind of its own.
final class LogicRun {
    private static final int SHOWN_VALUES = 12;
    private static final Pattern CHANGED = Pattern.compile(
            "(?:CREATE\\s+(?:TABLE|VIEW)|INSERT.*?INTO|REPLACE\\s+INTO|UPDATE|DELETE\\s+FROM)\\s+(\\w+).*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final Connection connection;
    private final LogicSample sample;
    private final Tally tally;

    /// Tables that a refused statement would have made or changed.
    private final Set<String> spoilt = new HashSet<>();

    LogicRun(Connection connection, LogicSample sample, Tally tally) {
        this.connection = connection;
        this.sample = sample;
        this.tally = tally;
    }

    /// @param file its name in the suite
    void run(String file, BufferedReader text) throws IOException, SQLException {
        var script = new LogicScript(text, number -> sample.holds(file, number));
        var steps = new ArrayList<LogicRecord>();
        for (LogicRecord step = script.next(); step != null; step = script.next()) {
            steps.add(step);
        }
        try (Statement statement = connection.createStatement()) {
            for (LogicRecord step : sample.share() < 1 ? LogicSlice.of(steps) : steps) {
                step(step, file + ":" + step.line(), statement);
            }
        }
        clear();
    }

    private void step(LogicRecord step, String where, Statement statement) {
        long start = System.nanoTime();
        try {
            switch (step) {
                case LogicRecord.Statement change -> change(change, where, statement, start);
                case LogicRecord.Query query -> ask(query, where, statement, start);
            }
        } catch (SQLException e) {
            if (step instanceof LogicRecord.Statement change && change.fails()) {
                tally.passed(step.sql(), System.nanoTime() - start);
                return;
            }
            fail(step, where, Tally.cause(e), String.valueOf(e.getMessage()), System.nanoTime() - start);
        }
    }

    private void fail(LogicRecord step, String where, String cause, String detail, long spent) {
        boolean follows = words(step.sql()).anyMatch(spoilt::contains);
        tally.failed(step.sql(), where, follows ? "follows from an earlier failure" : cause, detail, spent);
        if (step instanceof LogicRecord.Statement change) {
            Matcher changed = CHANGED.matcher(change.sql());
            if (changed.matches()) {
                spoilt.add(changed.group(1).toLowerCase(Locale.ROOT));
            }
        }
    }

    private static Stream<String> words(String sql) {
        return Arrays.stream(sql.toLowerCase(Locale.ROOT).split("\\W+"));
    }

    private void change(LogicRecord.Statement change, String where, Statement statement, long start)
            throws SQLException {
        statement.execute(change.sql());
        long spent = System.nanoTime() - start;
        if (change.fails()) {
            fail(change, where, "was not refused", "", spent);
        } else {
            tally.passed(change.sql(), spent);
        }
    }

    private void ask(LogicRecord.Query query, String where, Statement statement, long start) throws SQLException {
        List<String> values;
        try (ResultSet result = statement.executeQuery(query.sql())) {
            values = LogicAnswer.of(result, query);
        }
        long spent = System.nanoTime() - start;
        if (LogicAnswer.agrees(values, query.expected())) {
            tally.passed(query.sql(), spent);
        } else {
            String detail = "expected %s, not %s".formatted(query.expected(), some(values));
            fail(query, where, "another answer", detail, spent);
        }
    }

    private static List<String> some(List<String> values) {
        return values.size() <= SHOWN_VALUES ? values : values.subList(0, SHOWN_VALUES);
    }

    /// Drops what the script left behind.
    private void clear() throws SQLException {
        spoilt.clear();
        IqTables.empty(connection, connection.getSchema());
    }
}
