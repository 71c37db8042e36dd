package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Under a row policy a table answers every query as a table would that has the visible rows only: over indexes,
/// files and shards of a real server.
@Timeout(300)
class PolicySearchTest {
    private static final int ROWS = 400;
    private static final List<String> WORDS = List.of("red", "blue", "house", "sea", "rose", "ship", "moon");

    /// `%s` is the table. Scores of texts are not compared: they weigh words by the rows of all.
    private static final List<String> QUERIES = List.of(
            "SELECT id FROM %s ORDER BY id",
            "SELECT count(*), sum(n), min(title), max(v <-> '[0, 0, 0]') FROM %s",
            "SELECT n, count(*) FROM %s GROUP BY n HAVING count(*) > 1 ORDER BY n",
            "SELECT id, v <-> '[0.5, 0.5, 0.5]' AS d FROM %s ORDER BY v <-> '[0.5, 0.5, 0.5]' LIMIT 25",
            "SELECT id FROM %s WHERE n < 5 ORDER BY v <-> '[0.1, 0.9, 0.5]' LIMIT 10",
            "SELECT id FROM %s WHERE 10 / (n - 9) <> 3 ORDER BY v <-> '[0.1, 0.9, 0.5]' LIMIT 10",
            "SELECT id FROM %s WHERE v <-> '[0.5, 0.5, 0.5]' < 0.3 ORDER BY v <-> '[0.5, 0.5, 0.5]'",
            "SELECT id FROM %s ORDER BY w <=> '[1, 0, 1]' LIMIT 10",
            "SELECT n, id FROM (SELECT n, id, row_number() OVER (PARTITION BY n ORDER BY v <-> '[0, 1, 0]') AS r"
                    + " FROM %s) AS t WHERE r <= 2 ORDER BY n, r",
            "SELECT DISTINCT ON (n) n, id FROM %s ORDER BY n, v <-> '[0, 1, 0]'",
            "SELECT q.id, d.id FROM (SELECT id, v FROM %1$s WHERE n = 3) AS q, LATERAL (SELECT id FROM %1$s"
                    + " WHERE id <> q.id ORDER BY v <-> q.v LIMIT 3) AS d ORDER BY 1, 2",
            "SELECT id FROM %s WHERE MATCH(title, 'red ship') ORDER BY id",
            "SELECT id FROM %s WHERE MATCH(title, '\"red ship\"~2') ORDER BY id",
            "SELECT id, score FROM HYBRID_SEARCH(TABLE %s, VECTOR => (v, '[0, 1, 0]'), VECTOR => (w, '[1, 0, 1]'),"
                    + " LIMIT => 8) ORDER BY score DESC, id",
            "SELECT count(*) FROM HYBRID_SEARCH(TABLE %s, VECTOR => (v, '[0, 1, 0]'), TEXT => (title, 'moon'),"
                    + " CANDIDATES => 500, LIMIT => 500)",
            "SELECT id FROM %s WHERE id IN (3, 7, 8, 120, 399) ORDER BY id",
            "SELECT a.id FROM %1$s AS a JOIN %1$s AS b ON b.id = a.id + 1 ORDER BY 1",
            "SELECT id, lag(id) OVER (ORDER BY id) FROM %s ORDER BY id LIMIT 20",
            "SELECT count(*) FROM %1$s WHERE EXISTS (SELECT 1 FROM %1$s AS o WHERE o.n = %1$s.n AND o.id < %1$s.id)");

    @Test
    void aTableAnswersAsIfTheRowsThatAreHiddenWereNotThere(@TempDir Path data) throws SQLException {
        try (RealServer server = RealServer.start(data);
                Connection root = server.connect();
                Connection anna = server.connect()) {
            var random = new Random(11);
            RealServer.run(root, "CREATE USER anna");
            for (String table : List.of("docs", "visible")) {
                RealServer.run(
                        root,
                        "CREATE TABLE %s (id INTEGER PRIMARY KEY, team VARCHAR, n INTEGER, title VARCHAR, v VECTOR(3), w VECTOR(3)) WITH (shards = 2)"
                                .formatted(table),
                        "CREATE INDEX ON %s USING hnsw (v vector_l2_ops)".formatted(table),
                        "CREATE INDEX ON %s USING fulltext (title)".formatted(table),
                        "GRANT SELECT, INSERT ON %s TO anna".formatted(table));
            }
            fill(root, 0, ROWS / 2, random);
            RealServer.run(root, "FLUSH TABLE docs", "FLUSH TABLE visible");
            fill(root, ROWS / 2, ROWS, random);
            RealServer.run(
                    root,
                    "CREATE POLICY p ON docs USING (team = current_user AND n <> 9)",
                    "ALTER TABLE docs ENABLE ROW LEVEL SECURITY");
            RealServer.run(anna, "SET ROLE anna", "SET consistency = 'strong'");
            for (String query : QUERIES) {
                assertThat(RealServer.rows(anna, query.formatted("docs")))
                        .as(query)
                        .isEqualTo(RealServer.rows(anna, query.formatted("visible")))
                        .isNotEmpty();
            }
            hidesWhatIsBehindFiguresAndErrors(root, anna);
        }
    }

    private static void fill(Connection connection, int from, int to, Random random) throws SQLException {
        var all = new ArrayList<String>();
        var visible = new ArrayList<String>();
        for (int id = from; id < to; id++) {
            String team = random.nextBoolean() ? "anna" : "board";
            int n = random.nextInt(10);
            String row = "(%d, '%s', %d, '%s %s %s', '%s', '%s')"
                    .formatted(id, team, n, word(random), word(random), word(random), vector(random), vector(random));
            all.add(row);
            if (team.equals("anna") && n != 9) {
                visible.add(row);
            }
        }
        RealServer.run(
                connection,
                "INSERT INTO docs VALUES " + String.join(", ", all),
                "INSERT INTO visible VALUES " + String.join(", ", visible));
    }

    private static String word(Random random) {
        return WORDS.get(random.nextInt(WORDS.size()));
    }

    private static String vector(Random random) {
        return "[%f, %f, %f]".formatted(random.nextDouble(), random.nextDouble(), random.nextDouble());
    }

    private static void hidesWhatIsBehindFiguresAndErrors(Connection root, Connection anna) throws SQLException {
        String divides = "SELECT id FROM docs WHERE 10 / (n - 9) > -100";
        assertThatThrownBy(() -> RealServer.rows(root, divides)).isInstanceOf(SQLException.class);
        assertThat(RealServer.rows(anna, divides)).isNotEmpty();
        int seen = Integer.parseInt(
                RealServer.rows(anna, "SELECT count(*) FROM docs").getFirst());
        for (String query : List.of(
                "SELECT id FROM docs WHERE team = 'board'",
                "SELECT id FROM docs WHERE team = 'board' ORDER BY v <-> '[0, 0, 0]' LIMIT 3",
                "SELECT id FROM docs WHERE team = 'board' AND MATCH(title, 'red')")) {
            assertThat(RealServer.rows(anna, "EXPLAIN (ANALYZE) " + query))
                    .as(query)
                    .noneMatch(line -> line.matches(".*(rows|scanned|visited|candidates): 0*[1-9].*"));
        }
        assertThat(String.join("\n", RealServer.rows(anna, "EXPLAIN (ANALYZE) SELECT id FROM docs")))
                .contains("rows: " + seen)
                .doesNotContain(" " + ROWS);
    }
}
