package io.elanus.sql.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.testing.SqlFixture;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the script `vectorsearch.sql` cannot say of VECTOR_SEARCH.
class VectorSearchTest {
    private final SqlFixture fixture = new SqlFixture();

    @BeforeEach
    void createTables() {
        fixture.run("CREATE TABLE film (id BIGINT PRIMARY KEY, title VARCHAR, plot VECTOR(2))");
        fixture.run("INSERT INTO film VALUES (1, 'Alien', '[1, 0]'), (2, 'Heat', '[2, 0]'), (3, 'Dune', '[0, 5]')");
    }

    @AfterEach
    void leavesNoMemory() {
        fixture.close();
    }

    @Test
    void runsTheSearchesAsOne() {
        var plan = fixture.run("EXPLAIN SELECT title FROM VECTOR_SEARCH(TABLE film, plot, TABLE film, plot)")
                .rows();

        assertThat(String.join("\n", plan)).contains("many searches at once").contains("VectorTopK public.film");
    }

    @Test
    void takesTheVectorsOfAParameter() {
        var found = fixture.run(
                "SELECT query, title FROM VECTOR_SEARCH(TABLE film, plot, ?, METRIC => 'l2', TOP_K => 1) ORDER BY query",
                List.of("[0, 4]", "[3, 0]"));

        assertThat(found.rows()).containsExactly("1|Dune", "2|Heat");
    }
}
