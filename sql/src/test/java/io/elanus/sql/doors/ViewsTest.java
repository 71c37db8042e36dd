package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Views belong to the catalog: every client sees them, and so does the next server.
@Timeout(120)
class ViewsTest {
    @Test
    void viewsAreSearchedLikeTheirTableAndOutliveTheServer(@TempDir Path data) throws SQLException {
        try (RealServer server = RealServer.start(data);
                Connection connection = server.connect()) {
            RealServer.run(
                    connection, "CREATE TABLE doc (id INTEGER PRIMARY KEY, g INTEGER, v VECTOR(2)) WITH (shards = 2)");
            RealServer.run(connection, "CREATE INDEX doc_v ON doc USING hnsw (v vector_l2_ops)");
            RealServer.run(connection, "INSERT INTO doc VALUES (1, 1, '[0,1]'), (2, 2, '[1,0]'), (3, 1, '[1,1]')");
            RealServer.run(connection, "CREATE VIEW odd AS SELECT * FROM doc WHERE g = 1 ORDER BY id");
            try (Connection other = server.connect()) {
                assertThat(RealServer.rows(other, "SELECT id FROM odd ORDER BY v <-> '[1,0]' LIMIT 1"))
                        .containsExactly("3");
                assertThat(String.join(
                                "\n",
                                RealServer.rows(other, "EXPLAIN SELECT id FROM odd ORDER BY v <-> '[1,0]' LIMIT 1")))
                        .isEqualTo(String.join(
                                "\n",
                                RealServer.rows(
                                        other,
                                        "EXPLAIN SELECT id FROM doc WHERE g = 1 ORDER BY v <-> '[1,0]' LIMIT 1")))
                        .contains("doc_v");
            }
        }
        try (RealServer server = RealServer.start(data);
                Connection connection = server.connect()) {
            assertThat(RealServer.rows(connection, "SELECT id FROM odd")).containsExactly("1", "3");
            assertThat(listed(connection, "VIEW")).containsExactly("odd VIEW");
            assertThat(listed(connection, "TABLE")).containsExactly("doc TABLE");
            RealServer.run(connection, "DROP TABLE doc CASCADE");
            assertThat(listed(connection, "VIEW")).isEmpty();
        }
    }

    private static List<String> listed(Connection connection, String type) throws SQLException {
        var tables = new ArrayList<String>();
        try (ResultSet result = connection.getMetaData().getTables(null, "public", "%", new String[] {type})) {
            while (result.next()) {
                tables.add(result.getString("TABLE_NAME") + " " + result.getString("TABLE_TYPE"));
            }
        }
        return tables;
    }
}
