package io.elanus.sql.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.testing.SqlFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Runs every SQL block of the guide, in its order.
class DocsTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern BLOCK = Pattern.compile("(?s)```sql\n(.*?)```");

    /// Stands for `/data`.
    @TempDir
    private Path data;

    private static List<String> statements(String page) throws IOException {
        var statements = new ArrayList<String>();
        var blocks = BLOCK.matcher(Files.readString(DOCS.resolve(page)));
        while (blocks.find()) {
            for (String statement : blocks.group(1).split(";\\s*\n")) {
                statements.add(statement.strip());
            }
        }
        return statements;
    }

    @ParameterizedTest
    @CsvSource({"sql.md, 40", "search.md, 15", "java.md, 3", "security.md, 18"})
    void everyStatementOfAPageRuns(String page, int least) throws IOException {
        assertAllRun(statements(page), least);
    }

    private void assertAllRun(List<String> statements, int least) {
        assertThat(statements).hasSizeGreaterThanOrEqualTo(least);
        var failures = new ArrayList<String>();
        try (var fixture = new SqlFixture()) {
            for (String statement : statements) {
                try {
                    fixture.run(statement.replace("'/data/", "'" + data + "/"));
                } catch (RuntimeException e) {
                    failures.add(statement + "\n" + e);
                }
            }
        }
        assertThat(failures).isEmpty();
    }
}
