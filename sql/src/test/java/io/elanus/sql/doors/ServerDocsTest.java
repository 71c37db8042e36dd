package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Runs the SQL of those pages of the guide that are about files, indexes, nodes and doors, on a real server: each
/// page in its order, in a schema of its own.
@Timeout(120)
class ServerDocsTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern BLOCK = Pattern.compile("(?s)```sql\n(.*?)```");
    private static final Pattern COMMENT = Pattern.compile("(?m)(^|\\s+)-- .*$");
    private static final Pattern BODY = Pattern.compile("-d '(\\{\"sql\".*?})'");

    /// The page about backups comes first: its backup is of the whole database.
    private static final List<String> PAGES = List.of("data", "indexes", "cluster", "flight", "operations");

    @Test
    void everyStatementOfAPageRunsOnAServer(@TempDir Path folder) throws Exception {
        Files.createDirectories(folder.resolve("files"));
        var failures = new ArrayList<String>();
        try (RealServer server = RealServer.start(folder.resolve("server"))) {
            for (String page : PAGES) {
                List<String> statements = statements(page);
                assertThat(statements).as(page).isNotEmpty();
                try (Connection connection = schema(server, page)) {
                    for (String statement : statements) {
                        try {
                            RealServer.run(connection, statement.replace("/data/", folder.resolve("files") + "/"));
                        } catch (SQLException e) {
                            failures.add(page + ": " + statement + "\n" + e);
                        }
                    }
                }
            }
            failures.addAll(refusedBodies(server));
        }
        assertThat(failures).isEmpty();
    }

    private static List<String> statements(String page) throws IOException {
        var statements = new ArrayList<String>();
        var blocks = BLOCK.matcher(Files.readString(DOCS.resolve(page + ".md")));
        while (blocks.find()) {
            for (String statement :
                    COMMENT.matcher(blocks.group(1)).replaceAll("").split(";\\s*\n")) {
                statements.add(statement.strip());
            }
        }
        return statements;
    }

    private static Connection schema(RealServer server, String name) throws SQLException {
        Connection connection = server.connect();
        RealServer.run(connection, "CREATE SCHEMA " + name + "_page", "SET SCHEMA " + name + "_page");
        return connection;
    }

    /// Sends what the page about the console sends with curl.
    private static List<String> refusedBodies(RealServer server) throws Exception {
        List<String> bodies = BODY.matcher(Files.readString(DOCS.resolve("console.md")))
                .results()
                .map(MatchResult::group)
                .map(text -> text.substring("-d '".length(), text.length() - 1))
                .toList();
        assertThat(bodies).hasSizeGreaterThan(1);
        try (Connection connection = server.connect()) {
            RealServer.run(
                    connection,
                    "CREATE TABLE words (word VARCHAR PRIMARY KEY, embedding VECTOR(3))",
                    "INSERT INTO words VALUES ('tea', '[0.1, 0.2, 0.3]')");
        }
        var refused = new ArrayList<String>();
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (String body : bodies) {
                HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + server.address() + "/api/v1/query"))
                        .header("Elanus-Client", "test")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build();
                String answer = client.send(request, BodyHandlers.ofString()).body();
                if (!answer.contains("\"type\":\"done\"")) {
                    refused.add("console: " + body + "\n" + answer);
                }
            }
        }
        return refused;
    }
}
