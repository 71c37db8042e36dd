package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rows that expire, through a whole server.
class TimeToLiveTest {
    @TempDir
    private static Path data;

    @Test
    void hidesOldRowsFromEveryReadAndFreesTheirKeys() throws SQLException {
        try (RealServer server = RealServer.start(data);
                Connection connection = server.connect()) {
            RealServer.run(
                    connection,
                    """
                    CREATE TABLE event (id BIGINT PRIMARY KEY, made TIMESTAMP WITH TIME ZONE, v VECTOR(2))
                    WITH (ttl_column = 'made', ttl = '30 days')""",
                    "INSERT INTO event VALUES (1, CURRENT_TIMESTAMP, '[1, 0]'),"
                            + " (2, CURRENT_TIMESTAMP - INTERVAL '40' DAY, '[2, 0]'), (3, NULL, '[3, 0]'),"
                            + " (4, CURRENT_TIMESTAMP - INTERVAL '40' DAY, '[4, 0]')");
            assertThat(RealServer.rows(connection, "SELECT id FROM event ORDER BY v <-> '[2, 0]' LIMIT 3"))
                    .containsExactlyInAnyOrder("1", "3");
            assertThat(RealServer.rows(connection, "SELECT count(*) FROM event"))
                    .containsExactly("2");
            assertThat(String.join("\n", RealServer.rows(connection, "EXPLAIN SELECT id FROM event")))
                    .contains("made");
            RealServer.run(connection, "INSERT INTO event VALUES (4, NULL, '[9, 9]')", "FLUSH TABLE event");
            assertThat(RealServer.rows(connection, "SELECT id FROM event ORDER BY id"))
                    .containsExactly("1", "3", "4");
        }
    }
}
