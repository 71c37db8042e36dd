package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.elanus.sql.doors.DataFiles.Harm;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The embedded log and metadata after an orderly stop, with each of their files spoilt in each way: a server over
/// them either has every row, or says in a sentence which folder is damaged, and does not start.
class DamagedStoresTest {
    @TempDir
    private Path folder;

    @Test
    void aServerOverASpoiltStoreHasEveryRowOrRefusesToStartByName() throws Exception {
        Path sound = folder.resolve("sound");
        try (RealServer server = RealServer.start(sound);
                Connection connection = server.connect()) {
            RealServer.run(
                    connection,
                    "CREATE TABLE t (id BIGINT PRIMARY KEY)",
                    "INSERT INTO t VALUES (1)",
                    "FLUSH t",
                    "INSERT INTO t VALUES (2)");
        }
        try (RealServer server = RealServer.start(sound); // now the stores have tables, not only write-ahead logs
                Connection connection = server.connect()) {
            RealServer.run(connection, "INSERT INTO t VALUES (3)");
        }
        int refused = 0;
        for (String store : List.of("log", "meta")) {
            for (Path file : filesOf(sound.resolve(store))) {
                // RocksDB itself misses its files, but not a write-ahead log.
                Harm last = file.toString().endsWith(".log") ? Harm.LOST : Harm.CUT;
                for (Harm harm : EnumSet.of(Harm.CHANGED, Harm.CUT, last)) {
                    Path spoilt = folder.resolve(store + "-" + file.getFileName() + "-" + harm);
                    copy(sound, spoilt);
                    new DataFiles(spoilt)
                            .spoil(harm, List.of(spoilt.resolve(store).resolve(file.getFileName())));
                    refused += check(spoilt, store) ? 1 : 0;
                }
            }
        }
        assertThat(refused).isGreaterThan(10);
    }

    /// True: it does not start.
    private static boolean check(Path data, String store) throws Exception {
        RealServer started = null;
        Throwable refusal = null;
        try {
            started = RealServer.start(data);
        } catch (StorageException e) {
            refusal = e;
        }
        if (started != null) {
            try (RealServer server = started;
                    Connection connection = server.connect()) {
                assertThat(RealServer.rows(connection, "SELECT id FROM t ORDER BY id"))
                        .as("%s", data)
                        .containsExactly("1", "2", "3");
            }
            return false;
        }
        assertThat(refusal)
                .hasMessageContaining(data.resolve(store).toString())
                .matches(e -> e instanceof StorageException known
                        && (known.code() == ErrorCode.CORRUPT || known.code() == ErrorCode.IO_ERROR));
        assertThat(refusal == null ? "" : String.valueOf(refusal.getMessage())).hasLineCount(1);
        return true;
    }

    @Test
    void afterTheMarkIsDeletedTheServerGoesOnWithWhatIsLeft() throws Exception {
        try (RealServer server = RealServer.start(folder);
                Connection connection = server.connect()) {
            RealServer.run(connection, "CREATE TABLE t (id BIGINT PRIMARY KEY)", "INSERT INTO t VALUES (1)");
        }
        List<Path> logs = filesOf(folder.resolve("log")).stream()
                .filter(file -> file.toString().endsWith(".log"))
                .toList();
        new DataFiles(folder).spoil(Harm.EMPTIED, logs);
        Throwable refusal = catchThrowable(() -> RealServer.start(folder).close());
        assertThat(refusal).hasMessageContaining("log.end");
        Files.delete(folder.resolve("log.end"));
        try (RealServer server = RealServer.start(folder);
                Connection connection = server.connect()) {
            RealServer.run(connection, "CREATE TABLE another (id BIGINT PRIMARY KEY)");
        }
    }

    /// Those that hold something of ours; RocksDB writes its notes anew.
    private static List<Path> filesOf(Path store) throws IOException {
        try (Stream<Path> all = Files.list(store)) {
            return all.filter(file -> file.toFile().length() > 0)
                    .filter(file -> file.getFileName().toString().matches("CURRENT|MANIFEST-.*|.*\\.(log|sst|blob)"))
                    .sorted()
                    .toList();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(from)) {
            files.forEach(all::add);
        }
        for (Path file : all) {
            Path target = to.resolve(from.relativize(file).toString());
            if (Files.isDirectory(file)) {
                Files.createDirectories(target);
            } else {
                Files.copy(file, target);
            }
        }
    }
}
