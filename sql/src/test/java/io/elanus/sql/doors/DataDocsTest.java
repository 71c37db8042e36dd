package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Runs every SQL block of the page about data in and out, in its order, on a real server: it is about files.
@Timeout(120)
class DataDocsTest {
    private static final Path PAGE = Path.of("..", "docs", "data.md");
    private static final Pattern BLOCK = Pattern.compile("(?s)```sql\n(.*?)```");

    @Test
    void everyStatementAboutDataRuns(@TempDir Path folder) throws Exception {
        var statements = new ArrayList<String>();
        var blocks = BLOCK.matcher(Files.readString(PAGE));
        while (blocks.find()) {
            for (String statement : blocks.group(1).split(";\\s*\n")) {
                statements.add(statement.strip().replace("/data/", folder.resolve("files") + "/"));
            }
        }
        assertThat(statements).hasSizeGreaterThan(10);
        Files.createDirectories(folder.resolve("files"));
        try (RealServer server = RealServer.start(folder.resolve("server"));
                Connection connection = server.connect()) {
            for (String statement : statements) {
                RealServer.run(connection, statement);
            }
        }
    }
}
