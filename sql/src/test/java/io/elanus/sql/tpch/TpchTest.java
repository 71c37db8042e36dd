package io.elanus.sql.tpch;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.doors.RealServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The 22 queries answer as DuckDB does.
@Timeout(120)
class TpchTest {
    private static final double SCALE = 0.004;

    @Test
    void answersAsTheReferenceEngineDoes(@TempDir Path folder) throws Exception {
        TpchData.write(folder, SCALE);
        var wrong = new ArrayList<String>();
        int rows = 0;
        try (RealServer server = RealServer.start(folder.resolve("data"));
                Connection ours = server.connect();
                Connection theirs = DriverManager.getConnection("jdbc:duckdb:")) {
            TpchTables.loadElanus(ours, folder);
            TpchTables.loadDuckDb(theirs, folder);
            for (int query = 1; query <= TpchQueries.COUNT; query++) {
                String sql = TpchQueries.text(query, SCALE);
                Answer given = Answer.of(ours, sql);
                int number = query;
                given.difference(Answer.of(theirs, sql)).ifPresent(text -> wrong.add("q" + number + ": " + text));
                rows += given.rows().size();
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(rows).isGreaterThan(100);
    }
}
