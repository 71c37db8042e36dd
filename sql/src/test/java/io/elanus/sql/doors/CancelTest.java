package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every kind of statement and operator, over rows that never end: a cancel ends it. What
/// is asserted is generous, for a busy computer; the aim is 200 ms.
@Timeout(180)
class CancelTest {
    private static final int ROWS = 2_000;
    /// More than are loaded before the cancel comes, on any machine.
    private static final int LINES = 5_000_000;
    private static final Duration SOON = Duration.ofSeconds(30);
    /// Eight thousand million rows of three columns.
    private static final String ALL = "(SELECT a.n AS x, b.n AS y, c.n AS z FROM numbers a, numbers b, numbers c) AS q";

    @TempDir
    private static Path folder;

    private static @Nullable RealServer server;

    @BeforeAll
    static void fill() throws Exception {
        RealServer started = RealServer.start(folder.resolve("data"));
        server = started;
        try (Connection connection = started.connect()) {
            RealServer.run(
                    connection,
                    "CREATE TABLE numbers (id BIGINT PRIMARY KEY, n BIGINT)",
                    "CREATE TABLE sink (x BIGINT, y BIGINT, z BIGINT)");
            try (var insert = connection.prepareStatement("INSERT INTO numbers VALUES (?, ?)")) {
                for (long i = 0; i < ROWS; i++) {
                    insert.setLong(1, i);
                    insert.setLong(2, i * 7919 % ROWS);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
        }
        try (BufferedWriter out = Files.newBufferedWriter(folder.resolve("rows.csv"))) {
            for (int i = 0; i < LINES; i++) {
                out.write(i + "," + i % 100 + "," + i % 10 + "\n");
            }
        }
    }

    @AfterAll
    static void close() {
        server().close();
    }

    private static RealServer server() {
        return Objects.requireNonNull(server);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            nested loop    | SELECT count(*) FROM numbers a, numbers b, numbers c WHERE a.n + b.n < c.n - 9999
            hash join      | SELECT count(*) FROM $ALL JOIN numbers d ON q.x + q.y = d.n
            right side     | SELECT count(*) FROM numbers d LEFT JOIN $ALL ON q.x + q.y = d.n
            semi join      | SELECT count(*) FROM numbers d WHERE d.n IN (SELECT x + y + z + 99999 FROM $ALL)
            sort           | SELECT x, y, z FROM $ALL ORDER BY x * y, z
            first rows     | SELECT x, y, z FROM $ALL ORDER BY x * y, z LIMIT 10
            groups         | SELECT x, y, z, count(*) FROM $ALL GROUP BY x, y, z
            few groups     | SELECT x % 7, sum(y) FROM $ALL GROUP BY x % 7
            distinct       | SELECT count(DISTINCT x * y + z) FROM $ALL
            window         | SELECT sum(z) OVER (PARTITION BY x % 2 ORDER BY y) FROM $ALL
            union          | SELECT x, y FROM $ALL UNION SELECT y, z FROM $ALL
            except         | SELECT x, y, z FROM $ALL EXCEPT SELECT z, y, x FROM $ALL
            recursion      | WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r) SELECT count(*) FROM r
            subquery       | SELECT (SELECT max(x + y + z) FROM $ALL) FROM numbers
            insert         | INSERT INTO sink (x, y, z) SELECT x, y, z FROM $ALL
            create         | CREATE TABLE made AS SELECT x, y, z FROM $ALL
            update         | UPDATE numbers SET n = n WHERE n IN (SELECT x + y + z + 99999 FROM $ALL)
            delete         | DELETE FROM numbers WHERE n IN (SELECT x + y + z + 99999 FROM $ALL)
            copy to        | COPY (SELECT x, y, z FROM $ALL) TO '$OUT' WITH (format csv)
            copy from      | COPY sink (x, y, z) FROM '$IN' WITH (format csv)
            """)
    void endsSoonAfterACancel(String what, String template) throws Exception {
        String sql = sql(template);
        try (Connection connection = server().connect();
                Connection watcher = server().connect();
                Statement statement = connection.createStatement();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<@Nullable SQLException> outcome =
                    CompletableFuture.supplyAsync(() -> failure(statement, sql), threads);
            String running = "SELECT count(*) FROM system.queries"
                    + " WHERE running_millis >= 150 AND sql NOT LIKE '%running_millis%'";
            RealServer.retry(
                    () -> outcome.isDone() || !RealServer.rows(watcher, running).equals(List.of("0")));
            long from = System.nanoTime();
            while (!outcome.isDone()) {
                statement.cancel();
            }
            Duration took = Duration.ofNanos(System.nanoTime() - from);
            SQLException error = outcome.join();
            assertThat((Throwable) error).as("%s was cancelled", what).isNotNull();
            assertThat(error.getSQLState()).as(error.getMessage()).isEqualTo("57014");
            assertThat(took).as(what).isLessThan(SOON);
            assertThat(RealServer.rows(watcher, "SELECT count(*) FROM numbers")).containsExactly("" + ROWS);
        }
    }

    private static String sql(String template) {
        return template.replace("$ALL", ALL)
                .replace("$OUT", folder.resolve("out.csv").toString())
                .replace("$IN", folder.resolve("rows.csv").toString());
    }

    private static @Nullable SQLException failure(Statement statement, String sql) {
        try {
            if (statement.execute(sql)) {
                RealServer.rows(statement.getResultSet());
            }
            return null;
        } catch (SQLException e) {
            return e;
        }
    }
}
