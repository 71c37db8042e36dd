package io.elanus.sql.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.sql.testing.SqlFixture;
import io.elanus.storage.ErrorCode;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Subqueries that are used as values and run before the rest.
class SubQueriesTest {
    private static final String LIKE_A_WORD =
            "SELECT id FROM words ORDER BY embedding <=> (SELECT embedding FROM words WHERE word = ?) LIMIT ?";

    private final SqlFixture fixture = new SqlFixture();

    @BeforeEach
    void fill() {
        fixture.runAll(
                "CREATE TABLE words (id BIGINT PRIMARY KEY, word VARCHAR, embedding VECTOR(2))",
                "INSERT INTO words VALUES (1, 'east', '[1,0]'), (2, 'north', '[0,1]'), (3, 'south', '[0,-1]'),"
                        + " (4, 'northeast', '[1,2]')");
    }

    @AfterEach
    void leavesNoMemory() {
        fixture.close();
    }

    @Test
    void takeParametersOfTheirOwnAndRunAnewEachTime() {
        assertThat(fixture.run(LIKE_A_WORD, "north", 2).rows()).containsExactly("2", "4");
        assertThat(fixture.run(LIKE_A_WORD, "east", 3).rows()).containsExactly("1", "4", "2");
        fixture.run("UPDATE words SET embedding = '[-1,-9]' WHERE word = 'east'");
        assertThat(fixture.run(LIKE_A_WORD, "east", 2).rows()).containsExactly("1", "3");
    }

    @Test
    void standBesideParametersAndSessionValues() {
        String sql = "SELECT id, ? FROM words WHERE CURRENT_DATE > ? AND id > (SELECT min(id) FROM words WHERE id > ?"
                + " AND CURRENT_USER IS NOT NULL) AND id < (SELECT max(id) FROM words WHERE id < ?) ORDER BY id";
        String select = sql.replace("id, ?", "id, CAST(? AS VARCHAR)");
        assertThat(fixture.run(select, "x", java.time.LocalDate.of(2000, 1, 1), 0, 9)
                        .rows())
                .containsExactly("2|x", "3|x");
        assertThat(fixture.run(select, "y", java.time.LocalDate.of(2000, 1, 1), 1, 9)
                        .rows())
                .containsExactly("3|y");
    }

    @Test
    void areMeasured() {
        List<String> lines =
                fixture.run("EXPLAIN ANALYZE " + LIKE_A_WORD, "north", 2).rows();
        int subQuery = lines.indexOf("Subquery #1 (runs first, once)");
        assertThat(lines.subList(0, subQuery))
                .anyMatch(line -> line.contains("VectorTopK public.words (embedding cosine subquery #1) k=?2"))
                .anyMatch(line -> line.contains("actual: 2 rows"));
        assertThat(lines.subList(subQuery, lines.size())).anyMatch(line -> line.contains("actual: 1 rows in "));
    }

    @Test
    void areAnErrorWithSeveralRowsWhichLeavesTheSessionUsable() {
        fixture.run("INSERT INTO words VALUES (5, 'north', '[3,3]')");
        assertThatThrownBy(() -> fixture.run(LIKE_A_WORD, "north", 2))
                .isInstanceOfSatisfying(
                        QueryException.class,
                        e -> assertThat(e.code().sqlState()).isEqualTo("21000"));
        assertThat(fixture.run(LIKE_A_WORD, "east", 1).rows()).containsExactly("1");
    }

    @Test
    void endWithTheStatementThatIsCancelled() {
        try (var query = fixture.session().prepare("SELECT id FROM words WHERE id = (SELECT max(id) FROM words)");
                var running = query.run(List.of(), RunOptions.DEFAULT)) {
            running.cancel();
            assertThatThrownBy(running::next)
                    .isInstanceOfSatisfying(
                            QueryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
        }
    }

    @Test
    void areNotRunWhereNothingIsRead() {
        try (var query = fixture.session().prepare("SELECT id FROM words WHERE id = (SELECT max(id) FROM words)");
                var running = query.run(List.of(), RunOptions.DEFAULT)) {
            assertThat(running.updateCount()).isEqualTo(-1);
        }
    }
}
