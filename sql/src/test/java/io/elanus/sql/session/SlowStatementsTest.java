package io.elanus.sql.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.testing.SqlFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SlowStatementsTest {
    private static final String SLOW = "SELECT count(*) FROM numbers AS a JOIN numbers AS b ON a.id < b.id + 0.5";
    private static final String KEPT = "SELECT sql, row_count, plan FROM system.slow_statements";

    private final SqlFixture fixture = new SqlFixture();

    SlowStatementsTest() {
        fixture.run("CREATE TABLE numbers (id BIGINT PRIMARY KEY)");
        for (int i = 0; i < 2_000; i += 500) {
            var rows = new StringBuilder("INSERT INTO numbers VALUES (" + i + ")");
            for (int row = i + 1; row < i + 500; row++) {
                rows.append(", (").append(row).append(')');
            }
            fixture.run(rows.toString());
        }
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void keepsWhatTookLongerWithItsPlan() {
        fixture.run("SET slow_statement = '1ms'");
        fixture.run(SLOW);
        fixture.run("SET slow_statement = '1h'");

        assertThat(fixture.run(KEPT + " WHERE sql = '" + SLOW + "'").toString())
                .contains("NestedLoopJoin")
                .contains("numbers");
    }

    @Test
    void keepsNothingWhenNobodyAsks() {
        fixture.run("SET slow_statement = '0'");
        fixture.run(SLOW);
        fixture.run("SET slow_statement = '1h'");
        fixture.run(SLOW);

        assertThat(fixture.run("SELECT count(*) FROM system.slow_statements WHERE sql LIKE '%numbers AS a%'")
                        .rows())
                .containsExactly("0");
    }
}
