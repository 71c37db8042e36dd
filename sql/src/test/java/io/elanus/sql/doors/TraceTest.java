package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.elanus.cluster.runtime.Trace;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// The trace of a client's statement reaches every role that has a part in it.
@Timeout(300)
class TraceTest {
    private static final String ID = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00-" + ID + "-00f067aa0ba902b7-01";

    /// Takes more than a millisecond anywhere.
    private static final String LONG =
            "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5000) SELECT count(*) FROM r";

    /// Keeps what was logged of traces.
    private static final class Seen extends AppenderBase<ILoggingEvent> {
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            String trace = Trace.currentId();
            if (trace != null) {
                lines.add(trace + " " + event.getFormattedMessage() + " " + event.getKeyValuePairs());
            }
        }

        Set<String> with(String text) {
            return lines.stream().filter(line -> line.contains(text)).collect(Collectors.toSet());
        }
    }

    @Test
    void aStatementIsToldOfUnderItsTraceByEveryRoleAndInTheTables(@TempDir Path data) throws SQLException {
        var logger = (Logger) LoggerFactory.getLogger("io.elanus");
        Level before = logger.getLevel();
        var seen = new Seen();
        seen.start();
        logger.addAppender(seen);
        logger.setLevel(Level.DEBUG);
        try (RealServer server = RealServer.start(data);
                Connection plain = server.connect();
                Connection traced = server.connect()) {
            RealServer.run(plain, "CREATE TABLE t (id INTEGER PRIMARY KEY, v VECTOR(2))");
            RealServer.run(
                    plain, "INSERT INTO t VALUES (1, '[0, 0]')", "SELECT * FROM t ORDER BY v <-> '[1, 1]' LIMIT 1");
            assertThat(seen.lines).as("nobody traces").isEmpty();
            RealServer.run(traced, "SET traceparent = '" + PARENT + "'", "SET slow_statement = '1ms'");
            RealServer.run(traced, "INSERT INTO t VALUES (2, '[1, 0]')");
            RealServer.run(traced, "SELECT * FROM t ORDER BY v <-> '[1, 1]' LIMIT 1");
            RealServer.run(traced, LONG);
            RealServer.run(traced, "CREATE TABLE u (id INTEGER PRIMARY KEY)");
            assertThat(seen.lines).allMatch(line -> line.startsWith(ID));
            assertThat(seen.with("Execute")).as("a query node").isNotEmpty();
            assertThat(seen.with("elanus.RootCoord")).as("a coordinator").isNotEmpty();
            assertThat(seen.with("Slow statement")).as("the proxy").isNotEmpty();
            assertThat(RealServer.rows(traced, "SELECT trace_id FROM system.queries WHERE sql LIKE '%system.queries%'"))
                    .containsExactly(ID);
            assertThat(RealServer.rows(
                            plain,
                            "SELECT DISTINCT trace_id FROM system.slow_statements WHERE sql LIKE 'WITH RECURSIVE%'"))
                    .containsExactly(ID);
            RealServer.run(traced, "SET traceparent = auto");
            String own = "SELECT trace_id FROM system.queries WHERE sql LIKE '%system.queries%'";
            assertThat(RealServer.rows(traced, own)).doesNotContain(ID).isNotEqualTo(RealServer.rows(traced, own));
            RealServer.run(traced, "SET traceparent = ''");
            assertThatThrownBy(() -> RealServer.run(traced, "SET traceparent = 'mine'"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("traceparent");
        } finally {
            logger.setLevel(before);
            logger.detachAppender(seen);
        }
    }

    @Test
    void aTraceIsTakenFromAUrl(@TempDir Path data) throws SQLException {
        try (RealServer server = RealServer.start(data);
                Connection traced = server.connect("?traceparent=" + PARENT)) {
            assertThat(RealServer.rows(traced, "SELECT trace_id FROM system.queries WHERE sql LIKE '%system.queries%'"))
                    .containsExactly(ID);
        }
    }
}
