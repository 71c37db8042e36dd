package io.elanus.sql.session;

import io.elanus.sql.metrics.Metrics;
import io.elanus.storage.ErrorCode;
import java.util.Locale;

/// What statements did, whatever door they came through. Any thread.
public final class StatementCounts {
    private static final double SECONDS = 1e-9;

    private final Metrics.Family<Metrics.Counter> finished;
    private final Metrics.Family<Metrics.Counter> failed;
    private final Metrics.Family<Metrics.Histogram> seconds;
    private final Metrics.Counter returned;
    private final Metrics.Counter changed;
    private final Metrics.Counter planHits;
    private final Metrics.Counter planMisses;

    public StatementCounts(Metrics metrics) {
        finished = metrics.counters("elanus_statements_total", "Statements that succeeded, by kind", "kind");
        failed = metrics.counters(
                "elanus_statement_errors_total",
                "Statements that failed, by SQLSTATE; 57014 was cancelled",
                "sqlstate");
        seconds = metrics.histograms(
                "elanus_statement_seconds",
                "Time the server took for a statement that succeeded, without the time its client took",
                "kind");
        returned = metrics.counter("elanus_rows_returned_total", "Rows that statements returned");
        changed = metrics.counter("elanus_rows_changed_total", "Rows that statements inserted, updated or deleted");
        planHits = metrics.counter("elanus_plan_cache_hits_total", "Statements whose plan was known");
        planMisses = metrics.counter("elanus_plan_cache_misses_total", "Statements that were planned");
    }

    void finished(PreparedQuery.Kind kind, long nanos, long rowsReturned, long rowsChanged) {
        String name = kind.name().toLowerCase(Locale.ROOT);
        finished.of(name).increment();
        seconds.of(name).record(nanos * SECONDS);
        returned.add(rowsReturned);
        changed.add(Math.max(0, rowsChanged));
    }

    void failed(ErrorCode code) {
        failed.of(code.sqlState()).increment();
    }

    void planned(boolean known) {
        (known ? planHits : planMisses).increment();
    }
}
