package io.elanus.sql.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.StatementParser;
import io.elanus.sql.testing.SqlFixture;
import io.elanus.storage.ErrorCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A statement that takes minutes to plan, ended long before.
class CancelledPlanningTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String MINUTES = minutes();

    private final SqlFixture fixture = new SqlFixture();

    @BeforeEach
    void table() {
        fixture.run("CREATE TABLE t (id BIGINT PRIMARY KEY, a BIGINT, b DOUBLE)");
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    /// Every level is decorrelated twice, over all that is below it.
    private static String minutes() {
        String query = "SELECT id FROM t WHERE a > 0";
        for (int level = 0; level < 90; level++) {
            query = """
                    SELECT id FROM t AS x WHERE EXISTS (SELECT 1 FROM (%s) AS y
                    WHERE y.id = x.a AND x.b < (SELECT max(z.b) FROM t AS z WHERE z.a = x.a))""".formatted(query);
        }
        return query;
    }

    private static void assertCancelled(@Nullable Throwable error) {
        assertThat(error)
                .isInstanceOfSatisfying(
                        QueryException.class,
                        cancelled -> assertThat(cancelled.code()).isEqualTo(ErrorCode.CANCELLED));
    }

    /// As many as there are threads that plan: were one of them still at it, the last statement would wait for it.
    @Test
    void aTimeoutEndsThePlanningAndGivesItsThreadBack() {
        fixture.session().set("statement_timeout", "50ms");
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
        for (int i = 0; i < threads; i++) {
            String statement = MINUTES + " LIMIT " + (i + 1);
            assertThatThrownBy(() -> fixture.run(statement)).satisfies(CancelledPlanningTest::assertCancelled);
        }

        fixture.session().set("statement_timeout", SOON.toSeconds() + "s");
        assertThat(fixture.run("SELECT 40 + 2").rows()).containsExactly("42");
    }

    @Test
    void aCancelEndsThePlanning() throws Exception {
        Session session = fixture.session();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var planned =
                    CompletableFuture.runAsync(() -> session.prepare(MINUTES).close(), threads);
            long deadline = System.nanoTime() + SOON.toNanos();
            @Nullable Throwable error = null;
            while (error == null && System.nanoTime() < deadline) {
                session.cancelPlanning();
                try {
                    planned.get(10, TimeUnit.MILLISECONDS);
                    error = new AssertionError("The statement was planned");
                } catch (TimeoutException e) {
                    error = null;
                } catch (ExecutionException e) {
                    error = e.getCause() instanceof CompletionException inner ? inner.getCause() : e.getCause();
                }
            }
            assertCancelled(error);
        }
    }

    /// The grammar reads a piece at a time.
    @Test
    void theTextIsReadNoFurther() {
        String statement = "SELECT 1 IN (" + "1, ".repeat(5_000) + "2)";
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> StatementParser.parse(statement))
                    .satisfies(CancelledPlanningTest::assertCancelled);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
