package io.elanus.sql.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.sql.doors.RealServer;
import io.elanus.storage.testbed.S3Proxy;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Files and backups at `s3://` addresses of a real S3 server, while the cluster's own objects are in a folder.
@Timeout(240)
class BucketPlacesTest {
    private static final int ROWS = 5_000;
    private static final String BUCKET = "s3://" + S3Proxy.BUCKET;

    @TempDir
    private static Path data;

    private static S3Proxy s3;
    private static RealServer server;

    @BeforeAll
    static void start() throws IOException {
        s3 = S3Proxy.start();
        server = RealServer.start(data, keys(S3Proxy.SECRET_KEY));
    }

    @AfterAll
    static void stop() {
        server.close();
        s3.process().kill();
    }

    private static Map<String, String> keys(String secret) {
        return new HashMap<>(Map.of(
                "stores.s3.endpoint",
                s3.url(),
                "stores.s3.access-key",
                S3Proxy.ACCESS_KEY,
                "stores.s3.secret-key",
                secret));
    }

    private static void fill(Connection connection, String table) throws SQLException {
        RealServer.run(
                connection,
                "CREATE TABLE %s (id BIGINT PRIMARY KEY, word VARCHAR, v VECTOR(2)) WITH (shards = 2)".formatted(table),
                "INSERT INTO %s SELECT n, 'word ' || n, CAST('[' || n || ',1]' AS VECTOR(2)) FROM generate_series(1, %d) AS g (n)"
                        .formatted(table, ROWS));
    }

    private static List<String> sums(Connection connection, String from) throws SQLException {
        return RealServer.rows(
                connection,
                "SELECT count(*), sum(id), count(DISTINCT word), min(word), max(word), sum(v <-> '[0, 0]') FROM "
                        + from);
    }

    @Test
    void rowsGoOutAndComeBackInEveryFormat() throws SQLException {
        try (Connection connection = server.connect()) {
            fill(connection, "film");
            List<String> whole = sums(connection, "film");
            for (String format : List.of("csv", "jsonl", "parquet", "arrow")) {
                String file = "%s/formats/film.%s".formatted(BUCKET, format);
                String header = format.equals("csv") ? " WITH (header true)" : "";
                RealServer.run(
                        connection,
                        "COPY film TO '%s'%s".formatted(file, header),
                        "CREATE TABLE back (id BIGINT PRIMARY KEY, word VARCHAR, v VECTOR(2))",
                        "COPY back FROM '%s'%s".formatted(file, header));
                assertThat(sums(connection, "back")).as(format).isEqualTo(whole);
                RealServer.run(connection, "DROP TABLE back");
                assertThat(RealServer.rows(connection, "SELECT count(*) FROM '%s'".formatted(file)))
                        .as(format)
                        .containsExactly(String.valueOf(ROWS));
            }
            assertThatThrownBy(() -> RealServer.run(connection, "COPY film TO '%s/formats/film.csv'".formatted(BUCKET)))
                    .hasMessageContaining("formats/film.csv] exists already");
            assertThat(RealServer.rows(connection, "SELECT count(*) FROM '%s/formats/*.csv'".formatted(BUCKET)))
                    .containsExactly(String.valueOf(ROWS));
        }
    }

    @Test
    void patternsStandForTheFilesOfABucket() throws SQLException {
        try (Connection connection = server.connect()) {
            RealServer.run(
                    connection,
                    "COPY (SELECT n AS id FROM generate_series(1, 10) AS g (n)) TO '%s/many/a.parquet'"
                            .formatted(BUCKET),
                    "COPY (SELECT n AS id FROM generate_series(11, 30) AS g (n)) TO '%s/many/b.parquet'"
                            .formatted(BUCKET),
                    "COPY (SELECT n AS id FROM generate_series(31, 60) AS g (n)) TO '%s/many/y=1/m=2/c.parquet'"
                            .formatted(BUCKET),
                    "COPY (SELECT n AS id FROM generate_series(1, 9) AS g (n)) TO '%s/many/_draft.parquet'"
                            .formatted(BUCKET),
                    "CREATE TABLE part (id BIGINT PRIMARY KEY)");
            assertThat(count(connection, "many/*.parquet")).containsExactly("30|465");
            assertThat(count(connection, "many/?.parquet")).containsExactly("30|465");
            assertThat(count(connection, "many/**/*.parquet")).containsExactly("60|1830");
            assertThat(count(connection, "many/_draft.parquet")).containsExactly("9|45");
            assertThatThrownBy(() -> count(connection, "many/*.csv"))
                    .hasMessageContaining("[%s/many/*.csv] stands for no file".formatted(BUCKET));
            for (int run = 0; run < 2; run++) {
                RealServer.run(connection, "COPY part FROM '%s/many/**/*.parquet' WITH (job 'all')".formatted(BUCKET));
                assertThat(RealServer.rows(connection, "SELECT count(*), sum(id) FROM part"))
                        .containsExactly("60|1830");
            }
            assertThat(RealServer.rows(
                            connection,
                            "SELECT file, row_count FROM system.loaded_files WHERE table_name = 'part' ORDER BY file"))
                    .containsExactly(
                            BUCKET + "/many/a.parquet|10",
                            BUCKET + "/many/b.parquet|20",
                            BUCKET + "/many/y=1/m=2/c.parquet|30");
        }
    }

    private static List<String> count(Connection connection, String pattern) throws SQLException {
        return RealServer.rows(connection, "SELECT count(*), sum(id) FROM '%s/%s'".formatted(BUCKET, pattern));
    }

    @Test
    void whatIsMissingIsNamed() throws SQLException {
        try (Connection connection = server.connect()) {
            RealServer.run(connection, "CREATE TABLE lost (id BIGINT PRIMARY KEY)");
            assertThatThrownBy(() -> RealServer.run(connection, "COPY lost FROM '%s/no/rows.csv'".formatted(BUCKET)))
                    .hasMessageContaining("[%s/no/rows.csv] does not exist".formatted(BUCKET));
            assertThatThrownBy(
                            () -> RealServer.rows(connection, "SELECT * FROM '%s/no/rows.parquet'".formatted(BUCKET)))
                    .hasMessageContaining("[%s/no/rows.parquet] does not exist".formatted(BUCKET));
            for (String name : List.of("..", ".", "a\\b", "a\tb")) {
                assertThatThrownBy(() -> RealServer.run(connection, "COPY lost FROM 's3://x/%s'".formatted(name)))
                        .hasMessageContaining("does not name a file");
            }
            String bucket = "bucket [nowhere] does not exist";
            refuses(() -> RealServer.run(connection, "COPY lost FROM 's3://nowhere/rows.csv'"), bucket);
            refuses(() -> RealServer.run(connection, "COPY lost FROM 's3://nowhere/*.csv'"), bucket);
            refuses(() -> RealServer.run(connection, "COPY lost TO 's3://nowhere/rows.csv'"), bucket);
            refuses(() -> RealServer.run(connection, "BACKUP DATABASE TO 's3://nowhere/monday'"), bucket);
            refuses(() -> RealServer.run(connection, "RESTORE DATABASE FROM 's3://nowhere/monday'"), bucket);
            assertThat(RealServer.rows(connection, "SELECT count(*) FROM lost")).containsExactly("0");
        }
    }

    @Test
    void wrongKeysAreRefusedAndNeverShown(@TempDir Path other) throws SQLException {
        String secret = "wrong-secret-4711";
        try (RealServer locked = RealServer.start(other, keys(secret));
                Connection connection = locked.connect()) {
            RealServer.run(connection, "CREATE TABLE lost (id BIGINT PRIMARY KEY)");
            for (String sql : List.of(
                    "COPY lost FROM '%s/rows.csv'",
                    "COPY lost FROM '%s/*.csv'",
                    "COPY lost TO '%s/rows.csv'",
                    "SELECT * FROM '%s/rows.parquet'",
                    "BACKUP DATABASE TO '%s/locked'",
                    "RESTORE DATABASE FROM '%s/locked'")) {
                refuses(() -> RealServer.run(connection, sql.formatted(BUCKET)), "refuses the keys");
            }
            assertThat(RealServer.rows(connection, "SELECT count(*) FROM lost")).containsExactly("0");
        }
    }

    /// With the words, and without anything of the keys.
    private static void refuses(ThrowingCallable statement, String words) {
        assertThatThrownBy(statement)
                .isInstanceOf(SQLException.class)
                .hasMessageContaining(words)
                .hasMessageNotContaining("4711")
                .hasMessageNotContaining(S3Proxy.ACCESS_KEY)
                .hasMessageNotContaining(S3Proxy.SECRET_KEY);
    }

    @Test
    void aBackupInABucketIsRestoredIntoAnEmptyServer(@TempDir Path other) throws SQLException {
        List<String> whole;
        String nearest = "SELECT id FROM shelf.book ORDER BY v <-> '[77, 1]', id LIMIT 5";
        List<String> found;
        try (Connection connection = server.connect()) {
            RealServer.run(connection, "CREATE SCHEMA shelf");
            fill(connection, "shelf.book");
            RealServer.run(
                    connection,
                    "FLUSH TABLE shelf.book",
                    "DELETE FROM shelf.book WHERE id % 10 = 3",
                    "CREATE INDEX book_v ON shelf.book USING hnsw (v vector_l2_ops)",
                    "BACKUP SCHEMA shelf TO '%s/backups/monday'".formatted(BUCKET));
            whole = sums(connection, "shelf.book");
            found = RealServer.rows(connection, nearest);
            assertThatThrownBy(() ->
                            RealServer.run(connection, "BACKUP SCHEMA shelf TO '%s/backups/monday'".formatted(BUCKET)))
                    .hasMessageContaining("There is a backup in");
        }
        try (RealServer empty = RealServer.start(other, keys(S3Proxy.SECRET_KEY));
                Connection connection = empty.connect()) {
            assertThat(RealServer.rows(connection, "SHOW BACKUPS IN '%s/backups'".formatted(BUCKET)))
                    .singleElement()
                    .satisfies(line -> assertThat(line).startsWith(BUCKET + "/backups/monday|"));
            assertThatThrownBy(() ->
                            RealServer.run(connection, "RESTORE DATABASE FROM '%s/backups/sunday'".formatted(BUCKET)))
                    .hasMessageContaining("no backup");
            RealServer.run(connection, "RESTORE DATABASE FROM '%s/backups/monday'".formatted(BUCKET));
            assertThat(sums(connection, "shelf.book")).isEqualTo(whole);
            assertThat(RealServer.rows(connection, nearest)).isEqualTo(found);
        }
    }
}
