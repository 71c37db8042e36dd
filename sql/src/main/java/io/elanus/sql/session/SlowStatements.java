package io.elanus.sql.session;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Statements that took longer than their session's `slow_statement`: each is logged with its plan when it ends,
/// and the last ones are kept for `system.slow_statements`. Thread safe.
final class SlowStatements {
    private static final Logger LOG = LoggerFactory.getLogger(SlowStatements.class);
    private static final int KEPT = 200;
    /// Longer texts are cut: a statement may be megabytes of vectors.
    private static final int LONGEST_TEXT = 4_000;

    /// @param millis time the server took, without the time its client took
    /// @param rows   returned or changed
    /// @param error  SQLSTATE and message; empty: it succeeded
    record Outcome(double millis, long rows, String error) {}

    /// Whose statement it was.
    ///
    /// @param trace that it belongs to; null: none
    record Origin(String queryId, String user, @Nullable String trace) {}

    /// @param ended wall clock
    /// @param plan  as EXPLAIN shows it; empty for statements without one
    record Entry(Instant ended, Origin origin, String sql, Outcome outcome, String plan) {
        Entry {
            sql = sql.length() <= LONGEST_TEXT ? sql : sql.substring(0, LONGEST_TEXT) + "…";
        }
    }

    private final ArrayDeque<Entry> last = new ArrayDeque<>();

    void add(Entry entry) {
        LOG.atWarn()
                .addKeyValue("query", entry.origin().queryId())
                .addKeyValue("user", entry.origin().user())
                .addKeyValue("millis", entry.outcome().millis())
                .addKeyValue("rows", entry.outcome().rows())
                .addKeyValue("error", entry.outcome().error())
                .addKeyValue("sql", entry.sql())
                .addKeyValue("plan", entry.plan())
                .log("Slow statement");
        synchronized (last) {
            if (last.size() == KEPT) {
                last.removeFirst();
            }
            last.addLast(entry);
        }
    }

    /// Oldest first.
    List<Entry> all() {
        synchronized (last) {
            return List.copyOf(last);
        }
    }
}
