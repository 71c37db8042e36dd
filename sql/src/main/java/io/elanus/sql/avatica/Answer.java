package io.elanus.sql.avatica;

import io.elanus.sql.session.PreparedQuery;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a client is told. Answers are written and forgotten, never compared: arrays do no harm in them.
@SuppressWarnings("ArrayRecordComponent")
sealed interface Answer {
    record Opened() implements Answer {}

    record ConnectionClosed() implements Answer {}

    record StatementClosed() implements Answer {}

    record Committed() implements Answer {}

    record RolledBack() implements Answer {}

    record Synced(Call.ConnectionState state) implements Answer {}

    record StatementCreated(String connection, int statement) implements Answer {}

    record Prepared(String connection, int statement, Shape shape) implements Answer {}

    record Executed(Result result) implements Answer {}

    /// The answer to metadata calls.
    record Listing(Result result) implements Answer {}

    /// @param frame encoded by a [FrameWriter] of the codec that writes this answer; null when something is missing
    record Fetched(byte @Nullable [] frame, boolean missingStatement, boolean missingResults) implements Answer {
        static final Fetched MISSING_STATEMENT = new Fetched(null, true, false);
        static final Fetched MISSING_RESULTS = new Fetched(null, false, true);
    }

    /// The client's statement id is unknown and it did not say what to prepare again.
    record StatementMissing(Kind kind) implements Answer {
        enum Kind {
            EXECUTE,
            BATCH,
            SYNC
        }
    }

    record BatchDone(String connection, int statement, long[] counts) implements Answer {}

    record ResultsSynced(boolean moreResults) implements Answer {}

    record Properties(Map<String, Object> values) implements Answer {}

    /// @param missingConnection the client may open its connection again and repeat the call
    /// @param details for our driver: lines `POSITION n`, `HINT text`
    record Failed(String message, String sqlState, boolean missingConnection, List<String> details) implements Answer {}

    /// @param shape absent for a count, and where the client knows it
    /// @param frame encoded; null for a count
    record Result(
            String connection,
            int statement,
            boolean ownStatement,
            Optional<Shape> shape,
            byte @Nullable [] frame,
            long updateCount) {
        static Result count(String connection, int statement, long count) {
            return new Result(connection, statement, false, Optional.empty(), null, count);
        }
    }

    /// What Avatica calls a signature.
    record Shape(String sql, PreparedQuery.Kind kind, List<ReportedColumn> columns, List<ReportedColumn> parameters) {}
}
