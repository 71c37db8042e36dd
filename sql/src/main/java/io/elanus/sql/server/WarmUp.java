package io.elanus.sql.server;

import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.sql.session.Running;
import io.elanus.sql.session.Session;
import io.elanus.sql.session.Sessions;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs a few statements over the system's own tables when a server has started, so that a user's first query does
/// not pay for the planner's class initialisation and its first slow rounds. Reads only, and gives up silently: a
/// server serves without it.
final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final String USER = "elanus";
    private static final List<String> STATEMENTS = List.of(
            "SELECT 1",
            "SELECT t.table_name, count(*) AS columns FROM information_schema.tables AS t "
                    + "JOIN information_schema.columns AS c ON c.table_name = t.table_name "
                    + "WHERE t.table_name <> 'none' AND c.ordinal_position BETWEEN 1 AND 3 "
                    + "GROUP BY t.table_name HAVING count(*) > 1 ORDER BY 2 DESC, 1 LIMIT 5",
            "SELECT name, CAST('[1,2,3]' AS VECTOR(3)) <-> CAST('[3,2,1]' AS VECTOR(3)) AS distance "
                    + "FROM system.settings WHERE name LIKE 'c%' ORDER BY distance LIMIT 3");

    private WarmUp() {}

    /// Runs the statements on a thread of its own.
    static Thread start(Sessions sessions) {
        var thread = new Thread(() -> run(sessions), "warm-up");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void run(Sessions sessions) {
        try {
            runAll(sessions);
        } catch (RuntimeException e) { // a server that ends meanwhile; it is harmless in any case
            LOG.debug("The warm-up ended early", e);
        }
    }

    /// Runs the statements on the caller's thread and returns the number of rows they gave.
    static long runAll(Sessions sessions) {
        long rows = 0;
        try (Session session = sessions.open(USER, Map.of())) {
            for (String statement : STATEMENTS) {
                try (Running running = session.prepare(statement).run(List.of(), RunOptions.DEFAULT)) {
                    for (var batch = running.next(); batch != null; batch = running.next()) {
                        rows += batch.getRowCount();
                        batch.close();
                    }
                }
            }
        }
        return rows;
    }
}
