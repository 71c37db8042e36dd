package io.elanus.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sqlline.SqlLine;

class SqllineTest {
    @RegisterExtension
    static final Server SERVER = new Server();

    @BeforeAll
    static void table() throws SQLException {
        SERVER.run(
                "CREATE TABLE lined (id BIGINT PRIMARY KEY, name VARCHAR(20), v VECTOR(3))",
                "CREATE INDEX lined_v ON lined USING hnsw (v vector_l2_ops)");
    }

    /// What it prints for these lines.
    private static String shown(String... lines) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        var sqlline = new SqlLine();
        sqlline.setOutputStream(out);
        sqlline.setErrorStream(out);
        String script = "!set outputformat csv\n" + String.join("\n", lines) + "\n!quit\n";
        String[] arguments = {"-u", SERVER.url(), "-n", "nobody", "-p", "none", "-d", "io.elanus.jdbc.Driver"};
        sqlline.begin(arguments, new ByteArrayInputStream(script.getBytes(StandardCharsets.UTF_8)), false);
        String text = bytes.toString(StandardCharsets.UTF_8);
        assertThat(text).doesNotContain("Exception").doesNotContain("Error:");
        return text;
    }

    @Test
    void everyGetterOfDbinfoAnswers() throws IOException {
        assertThat(shown("!dbinfo"))
                .contains("getDatabaseProductName", "Elanus", "usesLocalFiles")
                .containsPattern("nullsAreSortedHigh +true")
                .containsPattern("supportsAlterTableWithAddColumn +true")
                .doesNotContain("ERROR");
    }

    @Test
    void listsWhatThereIs() throws IOException {
        String text = shown(
                "!tables",
                "!columns lined",
                "!describe lined",
                "!indexes lined",
                "!primarykeys lined",
                "!importedkeys lined",
                "!exportedkeys lined",
                "!procedures %",
                "!schemas",
                "!catalog",
                "!typeinfo",
                "!nativesql SELECT 1",
                "!metadata getTableTypes");
        assertThat(text)
                .contains("lined")
                .contains("lined_v")
                .contains("VECTOR")
                .contains("'name'");
    }

    @Test
    void runsStatements() throws IOException {
        String text = shown(
                "INSERT INTO lined VALUES (1, 'one', '[1,2,3]'), (2, NULL, NULL);",
                "SELECT id, name, v FROM lined ORDER BY id;",
                "!isolation TRANSACTION_READ_COMMITTED",
                "!autocommit on",
                "!batch",
                "DELETE FROM lined WHERE id = 2;",
                "!batch",
                "SELECT 'left', count(*) FROM lined;",
                "!reconnect",
                "SELECT 'again' FROM lined;",
                "!closeall");
        assertThat(text).contains("'1','one','[1,2,3]'", "'left','1'", "'again'");
    }
}
