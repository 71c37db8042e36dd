package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The tour of the README, pasted in its order: every statement runs, and each that shows something has rows.
class TourTest {
    private static final Path README = Path.of("..", "README.md");
    private static final Pattern BLOCK = Pattern.compile("(?s)```sql\n(.*?)```");
    private static final Pattern COMMENT = Pattern.compile("(?m)^--.*$");

    @Test
    void everyStatementOfTheTourRuns(@TempDir Path folder) throws IOException, SQLException {
        Matcher block = BLOCK.matcher(Files.readString(README));
        var shown = new ArrayList<String>();
        try (RealServer server = RealServer.start(folder.resolve("data"));
                Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            while (block.find()) {
                for (String sql : statements(block.group(1))) {
                    if (statement.execute(sql.replace("/tmp/", folder + "/"))) {
                        try (ResultSet result = statement.getResultSet()) {
                            assertThat(RealServer.rows(result)).as(sql).isNotEmpty();
                            shown.add(sql);
                        }
                    }
                }
            }
        }
        assertThat(shown).hasSizeGreaterThanOrEqualTo(3);
    }

    private static List<String> statements(String block) {
        return COMMENT
                .matcher(block)
                .replaceAll("")
                .lines()
                .reduce("", (before, line) -> before + line + "\n")
                .transform(text -> List.of(text.split(";\\s*\n")))
                .stream()
                .map(String::strip)
                .filter(sql -> !sql.isEmpty())
                .toList();
    }
}
