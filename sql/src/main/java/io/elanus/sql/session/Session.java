package io.elanus.sql.session;

import io.elanus.sql.copy.IngestPlan;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.io.InputStream;
import java.util.Map;

/// One client's conversation with the database. See the package for the thread rule. Every error is a
/// [io.elanus.sql.error.QueryException].
public interface Session extends AutoCloseable {
    /// As shown in `system.sessions` and in logs.
    String id();

    /// Parses, validates and plans one statement; the result may be run many times.
    default PreparedQuery prepare(String sql) {
        return prepare(sql, PreparedQuery.RunOptions.DEFAULT);
    }

    /// As above, within the timeout of the options; what it took is charged to the first run.
    PreparedQuery prepare(String sql, PreparedQuery.RunOptions options);

    /// The same for a caller who wants to know more of the rows that a statement changes than their number, though
    /// the statement has no RETURNING.
    default PreparedQuery prepare(String sql, Returning wanted, PreparedQuery.RunOptions options) {
        return prepare(sql, options);
    }

    /// Runs COPY … FROM STDIN on what a client sends; the statement reads to the stream's end and leaves closing it
    /// to the caller.
    default Running copyIn(String sql, InputStream sent, PreparedQuery.RunOptions options) {
        throw new QueryException(ErrorCode.FEATURE_NOT_SUPPORTED, "This session takes no rows from its client.");
    }

    /// Appends Arrow batches that a client sends to a table, as one statement; they are pulled by the thread that asks
    /// for its outcome.
    default Running ingest(IngestPlan.Request wanted, IngestPlan.Source sent, PreparedQuery.RunOptions options) {
        throw new QueryException(ErrorCode.FEATURE_NOT_SUPPORTED, "This session takes no rows from its client.");
    }

    /// The settings as `SET` and the connection URL name them, with their current values.
    Map<String, String> settings();

    /// Sets one of them; an unknown name or a bad value is INVALID_PARAMETER with the nearest name or the range.
    void set(String name, String value);

    /// Timestamp of the session's last write (or what a client brought along): reads at level `session` see it.
    long sessionTimestamp();

    void advanceSessionTimestamp(long timestamp);

    /// The client has seen everything up to here, through this server or another: its reads at level `session` do too.
    default void observe(long timestamp) {}

    /// From any thread: makes the statements that run now fail with CANCELLED; also those whose [PreparedQuery#run]
    /// has not returned yet.
    default void cancel() {}

    /// From any thread: makes the planning that goes on now fail with CANCELLED.
    default void cancelPlanning() {}

    /// Ends running statements and frees everything.
    @Override
    void close();
}
