package io.elanus.sql.shell;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/// Completes keywords, functions, commands, and the names of tables and columns, which it asks the server for.
final class Names implements Completer {
    private static final List<String> WORDS = List.of(("SELECT FROM WHERE GROUP BY ORDER LIMIT OFFSET HAVING JOIN LEFT"
                    + " RIGHT FULL INNER ON USING AS AND OR NOT IN LIKE ILIKE BETWEEN IS NULL TRUE FALSE CASE WHEN THEN"
                    + " ELSE END DISTINCT UNION ALL EXCEPT INTERSECT WITH VALUES INSERT INTO UPSERT UPDATE SET DELETE"
                    + " CONFLICT DO NOTHING CREATE DROP TABLE INDEX SCHEMA PRIMARY KEY DEFAULT IF EXISTS COPY EXPLAIN"
                    + " ANALYZE FLUSH LOAD RELEASE SHOW FOR SYSTEM_TIME OF TIMESTAMP BOOLEAN TINYINT SMALLINT INTEGER"
                    + " BIGINT REAL DOUBLE DECIMAL VARCHAR VARBINARY DATE TIME UUID JSON ARRAY VECTOR HNSW FLAT"
                    + " vector_l2_ops vector_ip_ops vector_cosine_ops ef_search consistency"
                    + " COUNT( SUM( AVG( MIN( MAX( COALESCE( LOWER( UPPER( SUBSTRING( ROUND( ABS( VECTOR_DISTANCE("
                    + " l2_distance( cosine_distance( inner_product( l1_distance( vector_dims( vector_norm(")
            .split(" "));

    private final Connection connection;
    private Set<String> fromServer = Set.of();
    private boolean fresh;

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
        if (!word.isEmpty() && Script.isCommand(word.charAt(0)) && line.wordIndex() == 0) {
            Commands.names().forEach(name -> candidates.add(new Candidate(name)));
            return;
        }
        boolean lower = word.isEmpty() || Character.isLowerCase(word.charAt(0));
        for (String each : WORDS) {
            String text = lower ? each.toLowerCase(java.util.Locale.ROOT) : each;
            boolean call = text.endsWith("(");
            candidates.add(new Candidate(text, text, null, null, null, null, !call));
        }
        names().forEach(name -> candidates.add(new Candidate(name)));
    }

    private Set<String> names() {
        if (!fresh) {
            fromServer = load();
            fresh = true;
        }
        return fromServer;
    }

    private Set<String> load() {
        var names = new TreeSet<String>();
        try (var statement = connection.createStatement();
                ResultSet result = statement.executeQuery(
                        "SELECT table_schema, table_name, column_name FROM information_schema.columns")) {
            while (result.next()) {
                boolean plain = result.getString(1).equals("public");
                String table = result.getString(2);
                names.add(plain ? table : result.getString(1) + "." + table);
                if (plain) {
                    names.add(result.getString(3));
                }
            }
        } catch (SQLException e) {
            // No names is all that follows; the next statement will say what is wrong.
            return new TreeSet<>(new ArrayList<>(names));
        }
        return names;
    }
}
