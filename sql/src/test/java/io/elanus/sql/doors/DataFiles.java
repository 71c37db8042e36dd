package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The files of a data directory, as a failing disk treats them. Remembers what it spoilt.
final class DataFiles {
    /// What happens to a file.
    enum Harm {
        /// A bit in its middle turns over.
        CHANGED,
        /// Its second half is gone.
        CUT,
        /// It has no bytes.
        EMPTIED,
        /// It is not there.
        LOST
    }

    private final Path data;
    private final Map<Path, byte[]> before = new LinkedHashMap<>();

    DataFiles(Path data) {
        this.data = data;
    }

    /// Objects whose path contains the words, in order.
    List<Path> objects(String... words) throws IOException {
        try (Stream<Path> all = Files.walk(data.resolve("objects"))) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> Stream.of(words).allMatch(file.toString()::contains))
                    .sorted()
                    .toList();
        }
    }

    /// Where the segments of a level of a table are, as part of their files' paths.
    static List<String> segments(Connection connection, String table, String level) throws SQLException {
        return RealServer.rows(
                        connection,
                        "SELECT manifest FROM system.segments WHERE manifest IS NOT NULL AND level = '%s' AND table_name = 'public.%s'"
                                .formatted(level, table))
                .stream()
                .map(manifest -> manifest.substring(0, manifest.lastIndexOf('/') + 1))
                .toList();
    }

    /// Spoils every file; returns their names.
    List<String> spoil(Harm harm, List<Path> files) throws IOException {
        assertThat(files).isNotEmpty();
        var names = new ArrayList<String>();
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            before.put(file, bytes);
            names.add(file.getFileName().toString());
            switch (harm) {
                case CHANGED -> {
                    byte[] other = bytes.clone();
                    other[other.length / 2] ^= 1;
                    Files.write(file, other);
                }
                case CUT -> cut(file, bytes.length / 2);
                case EMPTIED -> cut(file, 0);
                case LOST -> Files.delete(file);
            }
        }
        return names;
    }

    /// In place: whoever has the file mapped loses the bytes behind.
    static void cut(Path file, long bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        }
    }

    /// Brings everything back.
    void restore() throws IOException {
        for (Map.Entry<Path, byte[]> file : before.entrySet()) {
            Files.write(file.getKey(), file.getValue());
        }
        before.clear();
    }
}
