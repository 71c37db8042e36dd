package io.elanus.sql.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.ParsedStatement;
import io.elanus.sql.parser.StatementParser;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.sql.session.Session;
import io.elanus.sql.testing.SqlFixture;
import io.elanus.storage.ErrorCode;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every kind of statement for every kind of role: who is refused, and that nobody else is.
final class StatementRightsTest {
    /// `root` is a superuser; `owner` owns the tables; `reader` may SELECT, `writer` may change, `half` may read
    /// two columns and change one; `viewer` may read the view only; `nobody` was granted nothing; `files` and `ops`
    /// are members of the predefined roles; `lender` may grant on what it was granted.
    private static final List<String> ROLES =
            List.of("root", "owner", "reader", "writer", "half", "viewer", "nobody", "files", "ops", "lender");

    private static final List<String> SETUP = List.of(
            "CREATE USER root SUPERUSER",
            "CREATE USER owner",
            "CREATE USER reader",
            "CREATE USER writer",
            "CREATE USER half",
            "CREATE USER viewer",
            "CREATE USER nobody",
            "CREATE USER files",
            "CREATE USER ops",
            "CREATE USER lender",
            "CREATE ROLE readers",
            "CREATE ROLE club",
            "GRANT readers TO reader",
            "GRANT pg_read_server_files, pg_write_server_files TO files",
            "GRANT pg_monitor, pg_signal_backend TO ops",
            "CREATE TABLE t (id BIGINT PRIMARY KEY, a INTEGER, secret VARCHAR, v VECTOR(2))",
            "CREATE TABLE other (id BIGINT PRIMARY KEY, a INTEGER)",
            "INSERT INTO t VALUES (1, 10, 's', '[1, 2]'), (2, 20, 't', '[3, 4]')",
            "INSERT INTO other VALUES (1, 1)",
            "CREATE VIEW w AS SELECT id, secret FROM t",
            "CREATE SCHEMA closed",
            "CREATE TABLE closed.c (id BIGINT PRIMARY KEY)",
            "CREATE POLICY all_rows ON other USING (true)",
            "CREATE TABLE lent (id BIGINT PRIMARY KEY, a INTEGER)",
            "CREATE SCHEMA lendable",
            "ALTER TABLE lent OWNER TO owner",
            "GRANT SELECT, UPDATE (a) ON lent TO lender WITH GRANT OPTION",
            "GRANT DELETE ON lent TO lender",
            "GRANT USAGE ON SCHEMA lendable TO lender WITH GRANT OPTION",
            "GRANT club TO lender WITH ADMIN OPTION",
            "ALTER TABLE t OWNER TO owner",
            "ALTER TABLE other OWNER TO owner",
            "ALTER TABLE w OWNER TO owner",
            "GRANT SELECT ON t TO readers",
            "GRANT SELECT ON closed.c TO reader",
            "GRANT INSERT, UPDATE, DELETE, TRUNCATE ON t TO writer",
            "GRANT SELECT (id, a), UPDATE (a), INSERT (id, a) ON t TO half",
            "GRANT SELECT ON w TO viewer",
            "GRANT SELECT ON t TO files",
            "GRANT INSERT ON t TO files");

    /// @param allowed all others are refused
    record Row(String sql, Set<String> allowed) {
        @Override
        public String toString() {
            return sql;
        }
    }

    private static Row row(String sql, String... allowed) {
        return new Row(sql, Set.of(allowed));
    }

    private static Row everyone(String sql) {
        return new Row(sql, Set.copyOf(ROLES));
    }

    static List<Row> rows() {
        return Stream.of(queries(), changes(), definitions(), grants(), operations())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Row> queries() {
        return List.of(
                row("SELECT * FROM t", "root", "owner", "reader", "files"),
                row("SELECT id, a FROM t WHERE a > 1 ORDER BY a", "root", "owner", "reader", "files", "half"),
                row("SELECT count(*) FROM t", "root", "owner", "reader", "files", "half"),
                row("SELECT id FROM t WHERE secret = 's'", "root", "owner", "reader", "files"),
                row("SELECT id FROM t ORDER BY secret", "root", "owner", "reader", "files"),
                row("SELECT count(*) FROM t GROUP BY secret", "root", "owner", "reader", "files"),
                row("SELECT max(secret) FROM t", "root", "owner", "reader", "files"),
                row("SELECT x.id FROM (SELECT id, a FROM t) x", "root", "owner", "reader", "files", "half"),
                row("SELECT id FROM other WHERE EXISTS (SELECT 1 FROM t WHERE secret = 's')", "root", "owner"),
                row("SELECT (SELECT max(secret) FROM t)", "root", "owner", "reader", "files"),
                row("SELECT id FROM t WHERE a IN (SELECT a FROM other)", "root", "owner"),
                row("SELECT o.id FROM other o, t WHERE t.secret = 's'", "root", "owner"),
                row("SELECT o.id FROM other o WHERE EXISTS (SELECT 1 FROM t WHERE t.id = o.id)", "root", "owner"),
                row("WITH s AS (SELECT secret FROM t) SELECT count(secret) FROM s", "root", "owner", "reader", "files"),
                row("SELECT id FROM t UNION SELECT a FROM other", "root", "owner"),
                row("SELECT row_number() OVER (ORDER BY secret) FROM t", "root", "owner", "reader", "files"),
                row("SELECT id FROM t ORDER BY v <-> '[1, 2]' LIMIT 1", "root", "owner", "reader", "files"),
                row(
                        "SELECT id FROM t FOR SYSTEM_TIME AS OF TIMESTAMP '2023-11-14 22:13:21'",
                        "root",
                        "owner",
                        "reader",
                        "files",
                        "half"),
                row("SELECT secret FROM w", "root", "owner", "viewer"),
                row("SELECT id FROM closed.c", "root"),
                row("SELECT * FROM system.queries", ROLES.toArray(String[]::new)),
                everyone("SELECT * FROM system.users"),
                everyone("SELECT * FROM information_schema.columns"),
                row("SELECT * FROM '/nonexistent/rows.csv'", "root", "files"),
                row("SELECT (SELECT max(a) FROM '/nonexistent/rows.parquet' AS f)", "root", "files"),
                row("EXPLAIN SELECT * FROM '/nonexistent/rows.csv'", "root", "files"),
                row("EXPLAIN SELECT secret FROM t", "root", "owner", "reader", "files"),
                row("EXPLAIN (ANALYZE) SELECT secret FROM t", "root", "owner", "reader", "files"),
                row("EXPLAIN UPDATE t SET a = 1", "root", "owner", "writer", "half"));
    }

    private static List<Row> changes() {
        return List.of(
                row("INSERT INTO t VALUES (9, 1, 'x', '[1, 1]')", "root", "owner", "writer", "files"),
                row("INSERT INTO t (id, a) VALUES (9, 1)", "root", "owner", "writer", "files", "half"),
                row("INSERT INTO t (id, a) SELECT id + 100, a FROM t", "root", "owner", "files", "half"),
                row("INSERT INTO t (id, a) VALUES (9, 1) RETURNING secret", "root", "owner", "files"),
                row("INSERT INTO t (id) VALUES (1) ON CONFLICT DO NOTHING", "root", "owner", "writer", "files", "half"),
                row("INSERT INTO t (id) VALUES (1) ON CONFLICT DO UPDATE SET a = 5", "root", "owner", "writer", "half"),
                row("INSERT INTO t (id) VALUES (1) ON CONFLICT DO UPDATE SET secret = 'z'", "root", "owner", "writer"),
                row("UPSERT INTO t (id, a) VALUES (1, 1)", "root", "owner", "writer"),
                row("UPDATE t SET a = 1", "root", "owner", "writer", "half"),
                row("UPDATE t SET secret = 'x'", "root", "owner", "writer"),
                row("UPDATE t SET a = 1 WHERE secret = 's'", "root", "owner"),
                row("UPDATE t SET a = id WHERE a = 10", "root", "owner", "half"),
                row("UPDATE t SET a = 1 RETURNING id", "root", "owner", "half"),
                row("UPDATE t SET a = other.a FROM other WHERE other.id = t.id", "root", "owner"),
                row("DELETE FROM t", "root", "owner", "writer"),
                row("DELETE FROM t WHERE secret = 's'", "root", "owner"),
                row("WITH s AS (SELECT 7 AS n) DELETE FROM t WHERE id IN (SELECT n FROM s)", "root", "owner"),
                row("MERGE INTO t USING (VALUES (7)) AS s (n) ON s.n = 8 WHEN MATCHED THEN DELETE", "root", "owner"),
                row("TRUNCATE t", "root", "owner", "writer"),
                // Files.
                row("COPY t FROM '/nonexistent/rows.csv'", "root", "files"),
                row("INSERT INTO t (id) SELECT id FROM '/nonexistent/rows.npy'", "root", "files"),
                row("COPY (SELECT * FROM '/nonexistent/rows.csv') TO '/nonexistent/out.csv'", "root", "files"),
                row("COPY t FROM STDIN", "root", "owner", "writer", "files"),
                row("COPY (SELECT id FROM t) TO '/nonexistent/out.csv'", "root", "files"));
    }

    private static List<Row> definitions() {
        return List.of(
                row("CREATE SCHEMA fresh", "root"),
                row("DROP SCHEMA closed CASCADE", "root"),
                row("CREATE TABLE fresh (id BIGINT PRIMARY KEY)", "root"),
                row("CREATE TABLE fresh AS SELECT id FROM t", "root"),
                row("CREATE TABLE fresh AS SELECT * FROM '/nonexistent/rows.csv'", "root"),
                row("CREATE VIEW fresh AS SELECT * FROM '/nonexistent/rows.csv'", "root"),
                row("CREATE VIEW fresh AS SELECT id FROM t", "root"),
                row("CREATE OR REPLACE VIEW w AS SELECT id, secret FROM t", "root"),
                row("ALTER TABLE t ADD COLUMN extra INTEGER", "root", "owner"),
                row("ALTER TABLE t OWNER TO writer", "root"),
                row("ALTER TABLE t ENABLE ROW LEVEL SECURITY", "root", "owner"),
                row("DROP VIEW w", "root", "owner"),
                row("DROP TABLE t CASCADE", "root", "owner"),
                row("CREATE INDEX i ON t (a)", "root", "owner"),
                row("DROP INDEX IF EXISTS none_such", ROLES.toArray(String[]::new)),
                row("CREATE POLICY p ON t USING (a > 1)", "root", "owner"),
                row("DROP POLICY all_rows ON other", "root", "owner"),
                row("CREATE ROLE fresh", "root"),
                row("ALTER ROLE nobody LOGIN", "root"),
                row("ALTER ROLE nobody PASSWORD 'x'", "root", "nobody"),
                row("DROP ROLE IF EXISTS none_such", "root"),
                row("GRANT SELECT ON t TO nobody", "root", "owner"),
                row("GRANT SELECT (id) ON w TO nobody", "root", "owner"),
                row("GRANT USAGE ON SCHEMA closed TO nobody", "root"),
                row("GRANT readers TO nobody", "root"),
                row("REVOKE SELECT ON t FROM readers", "root", "owner"),
                row("SET ROLE readers", "root", "reader"));
    }

    private static List<Row> grants() {
        return List.of(
                row("GRANT SELECT ON lent TO nobody", "root", "owner", "lender"),
                row("GRANT SELECT (id) ON lent TO nobody WITH GRANT OPTION", "root", "owner", "lender"),
                row("GRANT UPDATE (a) ON lent TO nobody", "root", "owner", "lender"),
                row("GRANT UPDATE (id) ON lent TO nobody", "root", "owner"),
                row("GRANT UPDATE ON lent TO nobody", "root", "owner"),
                row("GRANT DELETE ON lent TO nobody", "root", "owner"),
                row("GRANT SELECT, DELETE ON lent TO nobody", "root", "owner"),
                row("GRANT ALL ON lent TO nobody", "root", "owner"),
                row("GRANT SELECT ON lent, t TO nobody", "root", "owner"),
                row("REVOKE SELECT ON lent FROM nobody", "root", "owner", "lender"),
                row("REVOKE GRANT OPTION FOR SELECT ON lent FROM nobody CASCADE", "root", "owner", "lender"),
                row("REVOKE GRANT OPTION FOR DELETE ON lent FROM nobody", "root", "owner"),
                row("GRANT USAGE ON SCHEMA lendable TO nobody", "root", "lender"),
                row("GRANT CREATE ON SCHEMA lendable TO nobody", "root"),
                row("GRANT ALL ON SCHEMA lendable TO nobody WITH GRANT OPTION", "root"),
                row("GRANT SELECT ON ALL TABLES IN SCHEMA public TO nobody", "root", "owner"),
                row("GRANT club TO nobody", "root", "lender"),
                row("GRANT club TO nobody WITH ADMIN OPTION", "root", "lender"),
                row("GRANT club, readers TO nobody", "root"),
                row("REVOKE club FROM nobody", "root", "lender"),
                row("REVOKE ADMIN OPTION FOR club FROM nobody", "root", "lender"),
                row("GRANT root TO nobody", "root"),
                row("GRANT pg_read_server_files TO nobody", "root"),
                row("UPDATE lent SET a = 1", "root", "owner", "lender"),
                everyone("SELECT * FROM information_schema.table_privileges"),
                everyone("SELECT * FROM information_schema.applicable_roles"));
    }

    private static List<Row> operations() {
        return List.of(
                row("FLUSH", "root"),
                row("FLUSH t", "root", "owner"),
                row("COMPACT t", "root", "owner"),
                row("LOAD TABLE t", "root", "owner"),
                row("RELEASE TABLE t", "root", "owner"),
                row("BACKUP DATABASE TO '/nonexistent/backup'", "root"),
                row("RESTORE DATABASE FROM '/nonexistent/backup'", "root"),
                row("SHOW BACKUPS FROM '/nonexistent'", "root"),
                everyone("CANCEL QUERY 'q-0'"),
                // What is the session's own.
                everyone("SET ef_search = 10"),
                everyone("RESET ALL"),
                everyone("SHOW TABLES"),
                everyone("SHOW GRANTS"),
                everyone("BEGIN"),
                everyone("CREATE EXTENSION vector"));
    }

    private static final SqlFixture SHARED = prepared();

    @AfterAll
    static void close() {
        SHARED.close();
    }

    /// Would it change what roles may do? Others leave enough as it is.
    private static boolean defines(Row row) {
        return StatementParser.parse(row.sql)
                .statement()
                .filter(statement -> switch (statement) {
                    case Statement.CreateTable _,
                            Statement.CreateView _,
                            Statement.CreateSchema _,
                            Statement.DropSchema _,
                            Statement.DropTable _,
                            Statement.DropView _,
                            Statement.AlterTable _,
                            Statement.AlterRole _,
                            Statement.CreateRole _,
                            Statement.CreatePolicy _,
                            Statement.DropPolicy _,
                            Statement.Grant _,
                            Statement.Revoke _ -> true;
                    default -> false;
                })
                .isPresent();
    }

    private static SqlFixture prepared() {
        var fixture = new SqlFixture();
        SETUP.forEach(fixture::run);
        return fixture;
    }

    private static Optional<QueryException> run(SqlFixture fixture, String role, String sql) {
        try (Session session = fixture.sessions().open(role, Map.of())) {
            SqlFixture.run(session, sql);
            return Optional.empty();
        } catch (QueryException e) {
            return Optional.of(e);
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void refusesWhoeverLacksARightAndNobodyElse(Row row) {
        for (String role : ROLES) {
            if (!row.allowed.contains(role)) {
                assertThat(run(SHARED, role, row.sql))
                        .as("%s as %s", row.sql, role)
                        .hasValueSatisfying(error -> assertThat(error.code())
                                .as("%s as %s: %s", row.sql, role, error.getMessage())
                                .isEqualTo(ErrorCode.INSUFFICIENT_PRIVILEGE));
            } else if (!defines(row)) {
                checkAllowed(SHARED, role, row);
            } else {
                try (SqlFixture fixture = prepared()) {
                    checkAllowed(fixture, role, row);
                }
            }
        }
    }

    private static void checkAllowed(SqlFixture fixture, String role, Row row) {
        run(fixture, role, row.sql)
                .ifPresent(error -> assertThat(error.code())
                        .as("%s as %s: %s", row.sql, role, error.getMessage())
                        .isNotEqualTo(ErrorCode.INSUFFICIENT_PRIVILEGE));
    }

    @Test
    void coversEveryKindOfStatement() {
        var missing = new HashSet<Class<?>>(Arrays.asList(Statement.class.getPermittedSubclasses()));
        for (Row row : rows()) {
            ParsedStatement parsed = StatementParser.parse(row.sql);
            parsed.statement().ifPresent(statement -> missing.remove(statement.getClass()));
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void refusesAPreparedStatementOnceItsRightIsRevoked() {
        try (SqlFixture fixture = prepared();
                Session session = fixture.sessions().open("reader", Map.of())) {
            var query = session.prepare("SELECT count(*) FROM t");
            query.run(List.of(), RunOptions.DEFAULT).close();
            fixture.run("REVOKE ALL ON t FROM readers");
            assertThatThrownBy(() -> query.run(List.of(), RunOptions.DEFAULT))
                    .isInstanceOfSatisfying(
                            QueryException.class,
                            error -> assertThat(error.code()).isEqualTo(ErrorCode.INSUFFICIENT_PRIVILEGE));
        }
    }
}
