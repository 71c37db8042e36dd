package io.elanus.sql.shell;

import io.elanus.sql.catalog.Functions;
import io.elanus.sql.session.Setting;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/// Completes what may stand at the cursor: commands at the start; settings behind SET and SHOW; tables behind FROM
/// and its like; elsewhere the columns of the tables that the statement names, functions and keywords. Tables and
/// columns are asked of the server, again after each statement.
final class Names implements Completer {
    private static final List<String> KEYWORDS = List.of(("SELECT FROM WHERE GROUP BY ORDER LIMIT OFFSET HAVING JOIN"
                    + " LEFT RIGHT FULL INNER CROSS ON USING AS AND OR NOT IN LIKE ILIKE BETWEEN IS NULL TRUE FALSE"
                    + " CASE WHEN THEN ELSE END DISTINCT UNION ALL EXCEPT INTERSECT WITH VALUES INSERT INTO UPSERT"
                    + " UPDATE SET DELETE CONFLICT DO NOTHING CREATE DROP TABLE INDEX SCHEMA PRIMARY KEY DEFAULT IF"
                    + " EXISTS COPY STDIN EXPLAIN ANALYZE FLUSH LOAD RELEASE SHOW FOR SYSTEM_TIME OF TIMESTAMP OVER"
                    + " PARTITION ASC DESC NULLS FIRST LAST INTERVAL BOOLEAN TINYINT SMALLINT INTEGER BIGINT REAL"
                    + " DOUBLE DECIMAL VARCHAR VARBINARY DATE TIME UUID JSON ARRAY VECTOR HNSW FLAT vector_l2_ops"
                    + " vector_ip_ops vector_cosine_ops")
            .split(" "));

    private static final Pattern BEFORE_SETTING = Pattern.compile("(?is)^\\s*(set|show|reset)\\s+$");
    private static final Pattern BEFORE_TABLE = Pattern.compile(
            "(?is).*\\b(from|join|into|update|table|copy|flush|upsert|on)\\s+$|^\\s*[\\\\.!](d|di|wait|schema|columns|describe)\\s+$");

    private final Connection connection;
    private List<Column> columns = List.of();
    private boolean fresh;

    private record Column(String schema, String table, String name) {
        /// As a statement names it.
        String path() {
            return schema.equals("public") ? table : schema + "." + table;
        }
    }

    Names(Connection connection) {
        this.connection = connection;
    }

    /// Names may have changed.
    void forget() {
        fresh = false;
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        String word = line.word();
        String before = line.line().substring(0, line.cursor() - word.length());
        for (String name : candidates(before, word, line.line())) {
            // Nothing follows the bracket of a call but its arguments.
            candidates.add(new Candidate(name, name, null, null, null, null, !name.endsWith("(")));
        }
    }

    /// @param before what stands before the word
    private Set<String> candidates(String before, String word, String statement) {
        if (before.isBlank() && !word.isEmpty() && Script.isCommand(word.charAt(0))) {
            return new LinkedHashSet<>(Commands.names());
        }
        var found = new LinkedHashSet<String>();
        if (BEFORE_SETTING.matcher(before).matches()) {
            Arrays.stream(Setting.values()).map(Setting::key).forEach(found::add);
            return found;
        }
        if (BEFORE_TABLE.matcher(before).matches()) {
            columns().forEach(column -> found.add(column.path()));
            return found;
        }
        int dot = word.lastIndexOf('.');
        if (dot > 0) {
            qualified(word.substring(0, dot), statement, found);
            return found;
        }
        used(statement).forEach(column -> found.add(column.name()));
        boolean lower = word.isEmpty() || Character.isLowerCase(word.charAt(0));
        for (String keyword : KEYWORDS) {
            found.add(lower ? keyword.toLowerCase(Locale.ROOT) : keyword);
        }
        for (String function : Functions.INSTANCE.names()) {
            found.add((lower ? function : function.toUpperCase(Locale.ROOT)) + "(");
        }
        columns().forEach(column -> found.add(column.path()));
        return found;
    }

    /// Behind `name.`: columns of that table, or of the table that the statement gives this name, or the tables of
    /// that schema.
    private void qualified(String qualifier, String statement, Set<String> found) {
        for (Column column : columns()) {
            boolean named = column.table().equalsIgnoreCase(qualifier)
                    || column.path().equalsIgnoreCase(qualifier)
                    || Pattern.compile("(?is)\\b" + Pattern.quote(column.table()) + "\\s+(as\\s+)?"
                                    + Pattern.quote(qualifier) + "\\b")
                            .matcher(statement)
                            .find();
            if (named) {
                found.add(qualifier + "." + column.name());
            }
            if (column.schema().equalsIgnoreCase(qualifier)) {
                found.add(qualifier + "." + column.table());
            }
        }
    }

    /// The columns of the tables whose names the statement has; of all of public when it has none yet.
    private List<Column> used(String statement) {
        List<String> words = Arrays.asList(statement.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}_]+"));
        List<Column> mentioned = columns().stream()
                .filter(column -> words.contains(column.table().toLowerCase(Locale.ROOT)))
                .toList();
        return mentioned.isEmpty()
                ? columns().stream()
                        .filter(column -> column.schema().equals("public"))
                        .toList()
                : mentioned;
    }

    private List<Column> columns() {
        if (!fresh) {
            columns = load();
            fresh = true;
        }
        return columns;
    }

    private List<Column> load() {
        var found = new ArrayList<Column>();
        try (var statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT table_schema, table_name, column_name FROM"
                        + " information_schema.columns ORDER BY table_schema, table_name, ordinal_position")) {
            while (result.next()) {
                found.add(new Column(result.getString(1), result.getString(2), result.getString(3)));
            }
        } catch (SQLException e) {
            // No names is all that follows; the next statement will say what is wrong.
            return List.of();
        }
        return found;
    }
}
