package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SpillTest {
    private static final int ROWS = 20_000;

    @Test
    void aSortBeyondTheStatementsMemoryGoesThroughDisk(@TempDir Path data) throws Exception {
        try (RealServer server = RealServer.start(data);
                Connection connection = server.connect()) {
            RealServer.run(connection, "CREATE TABLE t (id BIGINT PRIMARY KEY, text VARCHAR)");
            for (int from = 0; from < ROWS; from += ROWS / 4) {
                var rows = new StringJoiner(", ");
                for (int id = from; id < from + ROWS / 4; id++) {
                    rows.add("(%d, '%0200d')".formatted(id, (id * 7919L) % ROWS));
                }
                RealServer.run(connection, "INSERT INTO t VALUES " + rows);
            }
            RealServer.run(connection, "SET query_memory = '4MB'");
            String sorted = "SELECT id, text FROM (SELECT id, text || '.' AS text FROM t) AS u ORDER BY text";
            List<String> ids = RealServer.rows(connection, sorted);
            assertThat(ids).hasSize(ROWS).isSortedAccordingTo((a, b) -> text(a).compareTo(text(b)));
            assertThat(RealServer.rows(connection, "EXPLAIN ANALYZE " + sorted))
                    .anyMatch(line -> line.contains("spilled: "));
            try (Stream<Path> left = Files.list(data.resolve("spill"))) {
                assertThat(left).isEmpty();
            }
        }
    }

    private static String text(String row) {
        return row.substring(row.indexOf('|') + 1);
    }
}
