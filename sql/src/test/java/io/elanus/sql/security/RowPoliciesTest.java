package io.elanus.sql.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.Session;
import io.elanus.sql.testing.SqlFixture;
import io.elanus.sql.testing.SqlFixture.Answer;
import io.elanus.storage.ErrorCode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Rows that a policy hides have no influence on anything that its role sees.
final class RowPoliciesTest {
    private final SqlFixture fixture = new SqlFixture();
    private final Session anna;

    RowPoliciesTest() {
        for (String sql : List.of(
                "CREATE USER anna",
                "CREATE USER bert",
                "CREATE TABLE docs (id BIGINT PRIMARY KEY, owner VARCHAR, n INTEGER, title VARCHAR, v VECTOR(2))",
                "GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON docs TO anna, bert",
                "CREATE POLICY mine ON docs USING (owner = current_user)",
                "ALTER TABLE docs ENABLE ROW LEVEL SECURITY",
                "INSERT INTO docs VALUES (1, 'anna', 1, 'red house', '[0, 0]'), (2, 'bert', 0, 'red rose', '[1, 0]'),"
                        + " (3, 'anna', 3, 'blue sea', '[2, 0]'), (4, 'bert', 4, 'red sea', '[3, 0]'),"
                        + " (5, NULL, 5, 'nobody', '[4, 0]')")) {
            fixture.run(sql);
        }
        anna = fixture.sessions().open("anna", Map.of());
    }

    @BeforeEach
    void seesAll() {
        assertThat(fixture.run("SELECT id FROM docs ORDER BY id").rows()).containsExactly("1", "2", "3", "4", "5");
    }

    @AfterEach
    void close() {
        anna.close();
        fixture.close();
    }

    private Answer run(String sql, @Nullable Object... parameters) {
        return SqlFixture.run(anna, sql, parameters);
    }

    private List<String> rows(String sql) {
        return run(sql).rows();
    }

    @Test
    void hidesRowsFromQueriesOfEveryShape() {
        assertThat(rows("SELECT id FROM docs ORDER BY id")).containsExactly("1", "3");
        assertThat(rows("SELECT count(*), sum(n), max(title) FROM docs")).containsExactly("2|4|red house");
        assertThat(rows("SELECT owner, count(*) FROM docs GROUP BY owner")).containsExactly("anna|2");
        assertThat(rows("SELECT id FROM docs ORDER BY v <-> '[1, 0]' LIMIT 1")).containsExactly("1");
        assertThat(rows("SELECT id FROM docs WHERE title LIKE 'red%' ORDER BY v <-> '[3, 0]' LIMIT 5"))
                .containsExactly("1");
        assertThat(rows("SELECT id FROM docs WHERE id = 2")).isEmpty();
        assertThat(rows("SELECT id FROM docs WHERE id IN (1, 2, 3, 4) ORDER BY n DESC LIMIT 2"))
                .containsExactly("3", "1");
        assertThat(rows("SELECT a.id FROM docs a JOIN docs b ON b.id = a.id + 1"))
                .isEmpty();
        assertThat(rows("SELECT (SELECT count(*) FROM docs)")).containsExactly("2");
        assertThat(rows("SELECT id FROM docs WHERE EXISTS (SELECT 1 FROM docs d WHERE d.id = docs.id)"))
                .containsExactlyInAnyOrder("1", "3");
        assertThat(rows("WITH d AS (SELECT id FROM docs) SELECT count(*) FROM d"))
                .containsExactly("2");
        assertThat(rows("SELECT id, rank() OVER (ORDER BY n) FROM docs ORDER BY id"))
                .containsExactly("1|1", "3|2");
    }

    @Test
    void evaluatesNothingForHiddenRows() {
        // Row 2 would divide by zero.
        assertThat(rows("SELECT id FROM docs WHERE 1 / n > -1 ORDER BY id")).containsExactly("1", "3");
        assertThat(rows("SELECT 6 / n FROM docs ORDER BY id")).containsExactly("6", "2");
        assertThat(rows("SELECT sum(6 / n) FROM docs")).containsExactly("8");
        assertThat(rows("SELECT id FROM docs ORDER BY 6 / n LIMIT 1")).containsExactly("3");
        assertThat(rows("SELECT id FROM docs WHERE 1 / n > -1 ORDER BY v <-> '[1, 0]' LIMIT 9"))
                .containsExactlyInAnyOrder("1", "3");
        assertThatThrownBy(() -> fixture.run("SELECT id FROM docs WHERE 1 / n > -1"))
                .isInstanceOf(QueryException.class);
    }

    @Test
    void explainTellsNothingOfHiddenRows() {
        String plan = String.join("\n", rows("EXPLAIN (ANALYZE) SELECT id FROM docs WHERE title = 'red rose'"));
        assertThat(plan).contains("rows: 0").doesNotContain("scanned");
        assertThat(String.join(
                        "\n",
                        fixture.run("EXPLAIN (ANALYZE) SELECT id FROM docs").rows()))
                .contains("rows: 5");
    }

    @Test
    void looksBackInTimeUnderThePolicyOfToday() {
        assertThat(rows("SELECT count(*) FROM docs FOR SYSTEM_TIME AS OF TIMESTAMP '2040-01-01 00:00:00'"))
                .containsExactly("2");
    }

    @Test
    void changesVisibleRowsOnly() {
        assertThat(run("UPDATE docs SET title = 'mine'").count()).isEqualTo(2);
        assertThat(run("UPDATE docs SET title = 'mine' WHERE id = 2").count()).isZero();
        assertThat(run("DELETE FROM docs WHERE id >= 2").count()).isEqualTo(1);
        assertThat(run("UPDATE docs SET n = d.n + 1 FROM docs d WHERE d.id = docs.id")
                        .count())
                .isEqualTo(1);
        assertThat(fixture.run("SELECT id, title, n FROM docs ORDER BY id").rows())
                .containsExactly("1|mine|2", "2|red rose|0", "4|red sea|4", "5|nobody|5");
    }

    @Test
    void refusesNewRowsThatItWouldHide() {
        assertRefused("INSERT INTO docs (id, owner) VALUES (10, 'bert')");
        assertRefused("INSERT INTO docs (id, owner) SELECT id + 100, 'bert' FROM docs");
        assertRefused("UPDATE docs SET owner = 'bert' WHERE id = 1");
        assertRefused("UPDATE docs SET owner = d.title FROM docs d WHERE d.id = docs.id");
        assertRefused("INSERT INTO docs (id, owner) VALUES (2, 'anna') ON CONFLICT DO UPDATE SET title = 'taken'");
        assertRefused("INSERT INTO docs (id, owner) VALUES (1, 'anna') ON CONFLICT DO UPDATE SET owner = 'bert'");
        assertThat(run("INSERT INTO docs (id, owner) VALUES (10, 'anna') RETURNING id")
                        .rows())
                .containsExactly("10");
        assertThat(run("INSERT INTO docs (id, owner) VALUES (?, ?)", 11L, "anna")
                        .count())
                .isEqualTo(1);
        assertRefused("UPSERT INTO docs (id, owner) VALUES (2, 'anna')");
        assertRefused("UPSERT INTO docs (id, owner) VALUES (1, 'bert')");
        assertRefused("MERGE INTO docs USING (VALUES (1)) AS s (id) ON docs.id = s.id"
                + " WHEN MATCHED THEN UPDATE SET owner = 'bert'");
        assertThat(fixture.run("SELECT count(*) FROM docs WHERE owner = 'bert'").rows())
                .containsExactly("2");
    }

    private void assertRefused(String sql) {
        assertThatThrownBy(() -> run(sql))
                .as(sql)
                .isInstanceOfSatisfying(
                        QueryException.class,
                        error -> assertThat(error.code()).isEqualTo(ErrorCode.INSUFFICIENT_PRIVILEGE));
    }

    @Test
    void joinsPermissiveAndRestrictivePolicies() {
        fixture.run("CREATE POLICY shared ON docs FOR SELECT TO anna USING (id = 4)");
        assertThat(rows("SELECT id FROM docs ORDER BY id")).containsExactly("1", "3", "4");
        assertThat(run("DELETE FROM docs WHERE id = 4").count()).isZero();
        fixture.run("CREATE POLICY small ON docs AS RESTRICTIVE USING (n < 4)");
        assertThat(rows("SELECT id FROM docs ORDER BY id")).containsExactly("1", "3");
        fixture.run("DROP POLICY mine ON docs");
        assertThat(rows("SELECT id FROM docs")).isEmpty();
        fixture.run("ALTER TABLE docs DISABLE ROW LEVEL SECURITY");
        assertThat(rows("SELECT count(*) FROM docs")).containsExactly("5");
    }

    @Test
    void readsViewsWithTheRightsOfTheirOwners() {
        fixture.run("CREATE VIEW all_docs AS SELECT id, owner FROM docs");
        fixture.run("GRANT SELECT ON all_docs TO anna");
        assertThat(rows("SELECT count(*) FROM all_docs")).containsExactly("5");
        fixture.run("ALTER TABLE all_docs OWNER TO anna");
        assertThat(rows("SELECT count(*) FROM all_docs")).containsExactly("2");
        assertThat(fixture.run("SELECT count(*) FROM all_docs").rows()).containsExactly("0");
    }

    @Test
    void countsForTheRoleThatWasTaken() {
        fixture.run("CREATE ROLE team");
        fixture.run("GRANT team TO anna");
        fixture.run("GRANT SELECT ON docs TO team");
        fixture.run("INSERT INTO docs (id, owner) VALUES (20, 'team')");
        run("SET ROLE team");
        assertThat(rows("SELECT id FROM docs")).containsExactly("20");
        assertThat(rows("SELECT current_user, session_user")).containsExactly("team|anna");
        run("RESET ROLE");
        assertThat(rows("SELECT count(*) FROM docs")).containsExactly("2");
    }

    @Test
    void refusesConditionsThatReadMoreThanTheRow() {
        for (String condition : List.of("id IN (SELECT id FROM docs)", "count(*) > 1", "id = ?")) {
            assertThatThrownBy(() -> fixture.run("CREATE POLICY p ON docs USING (" + condition + ")"))
                    .as(condition)
                    .isInstanceOf(QueryException.class);
        }
    }
}
