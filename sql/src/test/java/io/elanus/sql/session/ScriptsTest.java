package io.elanus.sql.session;

import io.elanus.sql.testing.SqlFixture;
import io.elanus.sql.testing.SqlScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every script of SQL, over tables in memory.
class ScriptsTest {
    private static final Path SCRIPTS = Path.of("src/test/resources/scripts");

    static Stream<Path> scripts() throws IOException {
        try (Stream<Path> files = Files.list(SCRIPTS)) {
            return files.filter(file -> file.toString().endsWith(".sql")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void answersAsWritten(Path file) throws IOException {
        try (var fixture = new SqlFixture()) {
            SqlScript.load(file).run(fixture.session());
        }
    }
}
