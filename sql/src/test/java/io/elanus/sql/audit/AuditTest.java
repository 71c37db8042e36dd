package io.elanus.sql.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.audit.AuditLog.LoginOutcome;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.setting.DataSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTest {
    @TempDir
    Path folder = Path.of("");

    private static final List<String> SECRETS = List.of(
            "CREATE USER ann PASSWORD 'hush'",
            "create role ann with login password/* 'zzz' */'hush'",
            "ALTER USER ann SET PASSWORD = 'hu''sh'",
            "ALTER ROLE \"it's\" PASSWORD 'hush' VALID UNTIL 'hush'",
            "CREATE USER ann PASSWRD 'hush'",
            "CREATE USER ann PASSWORD 'hush",
            "CREATE USER ann PASSWORD $$hush$$",
            "CREATE USER ann PASSWORD $a$hush$a$",
            "CREATE USER ann IDENTIFIED BY E'hush\\n'",
            "-- new one\nCREATE USER ann PASSWORD U&'hush'",
            "EXPLAIN ALTER USER ann PASSWORD 'hush'");

    @Test
    void hidesPasswordsInStatements() {
        for (String sql : SECRETS) {
            assertThat(Redaction.text(sql)).as(sql).doesNotContain("hu").contains("'…'");
        }
        assertThat(Redaction.text(SECRETS.getFirst())).isEqualTo("CREATE USER ann PASSWORD '…'");
        assertThat(Redaction.text(SECRETS.get(3))).startsWith("ALTER ROLE \"it's\" PASSWORD '…'");
        String harmless = "SELECT 'hush' FROM t WHERE name = 'it''s'";
        assertThat(Redaction.text(harmless)).isEqualTo(harmless);
    }

    @Test
    void hidesPasswordsInErrors() {
        for (String sql : SECRETS) {
            String literal = sql.contains("hu''sh") ? "hu''sh" : "hush";
            var error = new QueryException(
                    ErrorCode.SYNTAX_ERROR,
                    "Unexpected [%s].".formatted(literal),
                    7,
                    "Not " + literal,
                    new IOException());
            QueryException polite = Redaction.error(error, sql);
            if (sql.contains("E'hush")) {
                continue; // the literal is longer than what the error repeats
            }
            assertThat(polite).as(sql).hasMessage("Unexpected […].").hasNoCause();
            assertThat(polite.hint()).contains("Not …");
            assertThat(polite.position()).isEqualTo(7);
        }
        var other = new QueryException(ErrorCode.SYNTAX_ERROR, "Unexpected [hush].", "Write it.");
        assertThat(Redaction.error(other, "SELECT 'hush'")).isSameAs(other);
        assertThat(Redaction.error(other, "ALTER USER ann PASSWORD ''")).isSameAs(other);
    }

    @Test
    void writesALineForEachEvent() throws IOException {
        Path file = folder.resolve("deep/audit.jsonl");
        try (var log = new AuditFile(file, AuditConfig.defaults(), () -> 1_800_000_000_000L)) {
            log.login(LoginOutcome.FAILED, "a\"\n", "10.0.0.1", "flight");
            log.statement(new AuditLog.StatementEvent("ddl", "ann", "s-1", "", SECRETS.getFirst()));
            log.statement(new AuditLog.StatementEvent("denied", "ann", "s-1", "42501", "DROP TABLE t"));
        }
        try (var again = new AuditFile(file, AuditConfig.defaults(), () -> 1_800_000_000_001L)) {
            again.login(LoginOutcome.OK, "ann", "10.0.0.1", "jdbc");
        }
        assertThat(Files.readString(file)).isEqualTo("""
                {"time":"2027-01-15T08:00:00Z","event":"login","outcome":"failed","user":"a\\"\\n",\
                "address":"10.0.0.1","door":"flight"}
                {"time":"2027-01-15T08:00:00Z","event":"statement","kind":"ddl","user":"ann","session":"s-1",\
                "outcome":"ok","sql":"CREATE USER ann PASSWORD '…'"}
                {"time":"2027-01-15T08:00:00Z","event":"statement","kind":"denied","user":"ann","session":"s-1",\
                "outcome":"42501","sql":"DROP TABLE t"}
                {"time":"2027-01-15T08:00:00.001Z","event":"login","outcome":"ok","user":"ann",\
                "address":"10.0.0.1","door":"jdbc"}
                """);
    }

    @Test
    void keepsSoManyFullFiles() throws IOException {
        var config = new AuditConfig(AuditConfig.Mode.ON, "", new DataSize(1_000), 2);
        Path file = folder.resolve("audit.jsonl");
        try (var log = new AuditFile(file, config, () -> 0)) {
            IntStream.range(0, 100).forEach(i -> log.login(LoginOutcome.OK, "user" + i, "::1", "jdbc"));
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(each -> each.getFileName().toString()))
                    .containsExactlyInAnyOrder("audit.jsonl", "audit.jsonl.1", "audit.jsonl.2");
        }
        assertThat(Files.size(folder.resolve("audit.jsonl.2"))).isBetween(800L, 1_000L);
        assertThat(Files.readString(file)).contains("user99");
    }
}
