package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// COPY and FROM with files of an object store and with several files, and jobs that load each of them once.
@Timeout(180)
class StoredFilesTest {
    @TempDir
    private Path folder;

    private static final String SOME = "SELECT id, word, v FROM film";

    private static void fill(Connection connection) throws SQLException {
        RealServer.run(
                connection,
                "CREATE TABLE film (id BIGINT PRIMARY KEY, word VARCHAR, v VECTOR(2))",
                "CREATE TABLE back (id BIGINT PRIMARY KEY, word VARCHAR, v VECTOR(2))",
                "INSERT INTO film VALUES (1, 'a', '[1,2]'), (2, 'b;c', '[3,4]'), (3, NULL, '[5,6]'), (4, 'd', '[7,8]')");
    }

    private static List<String> rows(Connection connection, String sql) throws SQLException {
        return RealServer.rows(connection, sql);
    }

    @Test
    void filesOfTheStoreAreWrittenOnceAndReadBack() throws SQLException {
        try (RealServer server = RealServer.start(folder.resolve("data"));
                Connection connection = server.connect()) {
            fill(connection);
            for (String format : List.of("parquet", "arrow", "csv", "jsonl")) {
                for (int half = 0; half < 2; half++) {
                    RealServer.run(
                            connection,
                            "COPY (%s WHERE id %% 2 = %d ORDER BY id) TO 'store:out/%s/part-%d.%s' %s"
                                    .formatted(SOME, half, format, half, format, header(format)));
                }
                String all = "store:out/%s/*.%s".formatted(format, format);
                RealServer.run(connection, "COPY back FROM '%s' %s".formatted(all, header(format)));
                assertThat(rows(connection, "SELECT * FROM back ORDER BY id"))
                        .isEqualTo(rows(connection, SOME + " ORDER BY id"));
                RealServer.run(connection, "DELETE FROM back");
                assertThat(rows(connection, "SELECT sum(id), count(word) FROM '%s'".formatted(all)))
                        .containsExactly("10|3");
            }
            assertThatThrownBy(() -> RealServer.run(connection, "COPY film TO 'store:out/csv/part-0.csv'"))
                    .hasMessageContaining("never overwritten");
            assertThatThrownBy(() -> rows(connection, "SELECT * FROM 'store:out/none.csv'"))
                    .hasMessageContaining("does not exist");
            assertThatThrownBy(() -> RealServer.run(connection, "COPY back FROM 'store:out/none/*.csv'"))
                    .hasMessageContaining("stands for no file");
            assertThatThrownBy(() -> RealServer.run(connection, "COPY film TO 'store:out/*.csv'"))
                    .hasMessageContaining("writes one");
        }
    }

    private static String header(String format) {
        return format.equals("csv") ? "WITH (header)" : "";
    }

    @Test
    void aFileIsReadWithOptions() throws Exception {
        Path file = Files.writeString(folder.resolve("x.txt"), "1;x;NA\n2;'y;z';3\n");
        try (RealServer server = RealServer.start(folder.resolve("data"));
                Connection connection = server.connect()) {
            assertThat(rows(
                            connection,
                            "SELECT column2, column3 FROM read_csv('%s', delimiter => ';', header => false, quote => '''', null_text => 'NA') ORDER BY column1"
                                    .formatted(file)))
                    .containsExactly("x|NULL", "y;z|3");
            assertThat(rows(
                            connection,
                            "SELECT f.column1 FROM read_file('%s', format => 'csv', header => false, delimiter => ';', quote => '''') AS f WHERE f.column1 > 1"
                                    .formatted(file)))
                    .containsExactly("2");
            assertThatThrownBy(() -> rows(connection, "SELECT * FROM read_csv('%s', delimeter => ';')".formatted(file)))
                    .hasMessageContaining("delimeter");
        }
    }

    @Test
    void aJobLoadsEachFileOnceWhateverInterruptsIt() throws Exception {
        Path in = Files.createDirectories(folder.resolve("in"));
        Files.writeString(in.resolve("1.csv"), "10,one\n11,two\n");
        Files.writeString(in.resolve("2.csv"), "12,three\nx,broken\n");
        Files.writeString(in.resolve("_SUCCESS"), "");
        String load = "COPY %s (id, word) FROM '" + in + "/*' WITH (format csv, job 'monday')";
        String generated = "COPY note (word) FROM '" + in + "/*.txt' WITH (format csv, job 'monday')";
        Files.writeString(in.resolve("1.txt"), "p\nq\n");
        Files.move(in.resolve("1.txt"), folder.resolve("1.txt"));
        try (RealServer server = RealServer.start(folder.resolve("data"));
                Connection connection = server.connect()) {
            fill(connection);
            RealServer.run(connection, "INSERT INTO back VALUES (10, 'one', NULL)", "CREATE TABLE note (word VARCHAR)");
            String sql = load.formatted("back");
            assertThatThrownBy(() -> RealServer.run(connection, sql))
                    .hasMessageContaining("file [2] of [2]")
                    .hasMessageContaining("2.csv");
            assertThat(rows(connection, "SELECT job, row_count FROM system.loaded_files"))
                    .containsExactly("monday|2");
        }
        Files.move(folder.resolve("1.txt"), in.resolve("1.txt"));
        try (RealServer server = RealServer.start(folder.resolve("data"));
                Connection connection = server.connect()) {
            String sql = load.formatted("back").replace("/*'", "/*.csv'");
            Files.writeString(in.resolve("2.csv"), "12,three\n13,four\n");
            RealServer.run(connection, "DELETE FROM back WHERE id = 11", sql, sql);
            assertThat(rows(connection, "SELECT id, word FROM back ORDER BY id"))
                    .containsExactly("10|one", "12|three", "13|four");
            RealServer.run(connection, generated, generated);
            Files.writeString(in.resolve("2.txt"), "r\n");
            RealServer.run(connection, generated);
            assertThat(rows(connection, "SELECT word FROM note ORDER BY word")).containsExactly("p", "q", "r");
            Files.setLastModifiedTime(in.resolve("2.txt"), FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
            assertThatThrownBy(() -> RealServer.run(connection, generated))
                    .hasMessageContaining("has changed since job");
            RealServer.run(connection, "UPDATE back SET word = 'other' WHERE id = 12");
            assertThatThrownBy(() -> RealServer.run(connection, sql.replace("monday", "tuesday")))
                    .hasMessageContaining("exists already in table");
            RealServer.run(connection, "DROP TABLE back");
            assertThat(rows(connection, "SELECT DISTINCT table_name FROM system.loaded_files"))
                    .containsExactly("note");
        }
    }
}
