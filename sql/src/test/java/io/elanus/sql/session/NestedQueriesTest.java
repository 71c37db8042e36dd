package io.elanus.sql.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.testing.SqlFixture;
import io.elanus.storage.ErrorCode;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Queries forty deep within one another, of which each names a column of the one below twice: written out they
/// would be of 2^40 nodes. They are planned as they stand.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class NestedQueriesTest {
    private static final int LEVELS = 40;

    private final SqlFixture fixture = new SqlFixture();

    @BeforeEach
    void fill() {
        fixture.runAll("CREATE TABLE item (id BIGINT PRIMARY KEY)", "INSERT INTO item VALUES (0), (1)");
    }

    @AfterEach
    void leavesNoMemory() {
        fixture.close();
    }

    /// @param select the list of the query at a level, whose table is named t with the level's number
    private static String nested(IntFunction<String> select, String rest) {
        String query = "SELECT id AS a FROM item";
        for (int i = 0; i < LEVELS; i++) {
            query = "SELECT %s FROM (%s) AS t%d%s".formatted(select.apply(i), query, i, rest);
        }
        return query;
    }

    @Test
    void computeOverAndOver() {
        String query = nested(_ -> "a + a AS a", "");
        assertThat(fixture.run("SELECT a FROM (" + query + ") AS z ORDER BY a + a")
                        .rows())
                .containsExactly("0", "1099511627776");
        assertThat(fixture.run("SELECT max(a) FROM (" + query + ") AS z WHERE a > 5 GROUP BY a")
                        .rows())
                .containsExactly("1099511627776");
    }

    @Test
    void filterAndChooseOnEachLevel() {
        String query = nested(_ -> "CASE WHEN a > 7 THEN a - a ELSE a + a + 1 END AS a", " WHERE a + a >= 0");
        assertThat(fixture.run(query).rows()).hasSize(2);
    }

    @Test
    void groupOnEachLevel() {
        String query = nested(_ -> "a + a AS a, count(*) AS c", " GROUP BY a + a");
        assertThat(fixture.run("SELECT a, c FROM (" + query + ") AS z WHERE a > 0")
                        .rows())
                .containsExactly("1099511627776|1");
    }

    @Test
    void saySoWhenTheValueItselfBecomesTooLarge() {
        assertThatThrownBy(() -> fixture.run(nested(_ -> "a * 2 + a * 2 AS a", "")))
                .hasMessageContaining("out of the range");
    }

    @Test
    void refuseTextThatDoubles() {
        fixture.runAll("CREATE TABLE word (w VARCHAR)", "INSERT INTO word VALUES ('ab')");
        String query = nested(_ -> "a || a AS a", "").replace("id AS a FROM item", "w AS a FROM word");
        assertThatThrownBy(() -> fixture.run(query)).hasMessageContaining("a text of more than [16777216] characters");
    }

    @Test
    void refuseQueriesOfWithThatDouble() {
        var query = new StringBuilder("WITH t0 AS (SELECT id AS a FROM item)");
        for (int i = 1; i <= LEVELS; i++) {
            query.append(", t%d AS (SELECT x.a FROM t%d AS x JOIN t%d AS y ON x.a = y.a)".formatted(i, i - 1, i - 1));
        }
        assertTooLarge(query + " SELECT * FROM t" + LEVELS);
    }

    @Test
    void refuseViewsThatDouble() {
        fixture.run("CREATE VIEW v0 AS SELECT id FROM item");
        for (int i = 1; i <= 3; i++) {
            fixture.run("CREATE VIEW v%d AS %s".formatted(i, fourTimes("SELECT id FROM v" + (i - 1))));
        }
        assertThat(fixture.run("SELECT count(*) FROM v3").rows()).containsExactly("128");
        assertTooLarge(fourTimes(fourTimes(fourTimes("SELECT id FROM v3"))));
    }

    private static String fourTimes(String query) {
        return String.join(" UNION ALL ", query, query, query, query);
    }

    private void assertTooLarge(String query) {
        assertThatThrownBy(() -> fixture.run(query))
                .isInstanceOfSatisfying(
                        QueryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STATEMENT_TOO_COMPLEX));
    }
}
