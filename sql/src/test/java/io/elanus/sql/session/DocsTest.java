package io.elanus.sql.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.testing.SqlFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Runs every SQL block of the guide, in its order.
class DocsTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern BLOCK = Pattern.compile("(?s)```sql\n(.*?)```");

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

    @Test
    void everyStatementOfTheGuideRuns() throws IOException {
        assertAllRun(statements("sql.md"), 40);
    }

    @Test
    void everyStatementAboutSearchRuns() throws IOException {
        assertAllRun(statements("search.md"), 15);
    }

    private static void assertAllRun(List<String> statements, int least) {
        assertThat(statements).hasSizeGreaterThanOrEqualTo(least);
        var failures = new ArrayList<String>();
        try (var fixture = new SqlFixture()) {
            for (String statement : statements) {
                try {
                    fixture.run(statement);
                } catch (RuntimeException e) {
                    failures.add(statement + "\n" + e);
                }
            }
        }
        assertThat(failures).isEmpty();
    }
}
