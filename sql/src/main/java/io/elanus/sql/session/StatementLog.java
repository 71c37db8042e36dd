package io.elanus.sql.session;

import io.elanus.cluster.runtime.Trace;
import io.elanus.sql.audit.AuditLog;
import io.elanus.sql.audit.Redaction;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.PreparedQuery.Kind;
import java.time.Instant;
import java.util.function.Supplier;

/// What the server notes of a session's statements: it counts them, audits those that change the schema or are denied,
/// and keeps slow ones. Any thread.
final class StatementLog {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final String DENIED = "42501";

    private final String id;
    private final String user;
    private final Sessions sessions;
    private final SettingValues settings;

    /// @param id of the session
    /// @param user whose session it is
    StatementLog(String id, String user, Sessions sessions, SettingValues settings) {
        this.id = id;
        this.user = user;
        this.sessions = sessions;
        this.settings = settings;
    }

    /// A statement of this text succeeded.
    void done(String sql, Kind kind) {
        if (kind == Kind.DDL) {
            sessions.audit().statement(new AuditLog.StatementEvent("ddl", user, id, "", sql));
        }
    }

    /// Counts and audits a failure, and returns what its client may know of it.
    QueryException failed(QueryException error, String sql, Kind kind) {
        sessions.counts().failed(error.code());
        String state = error.code().sqlState();
        boolean denied = state.equals(DENIED);
        if (denied || kind == Kind.DDL) {
            sessions.audit().statement(new AuditLog.StatementEvent(denied ? "denied" : "ddl", user, id, state, sql));
        }
        return Redaction.error(error, sql);
    }

    /// The same statement, counted when it ends, and told of if it was slow.
    ///
    /// @param plan      as EXPLAIN shows it
    /// @param fromNanos when it began
    Running counted(Running running, Kind kind, String sql, Supplier<String> plan, long fromNanos) {
        var clock = sessions.services().clock();
        return new CountedRun(
                running,
                kind,
                sessions.counts(),
                ending(sql, plan),
                clock::monotonicNanos,
                clock.monotonicNanos() - fromNanos);
    }

    /// What to do when a statement has ended.
    CountedRun.Ending ending(String sql, Supplier<String> plan) {
        return (queryId, nanos, rows, failure) -> {
            long limit = Setting.SLOW_STATEMENT
                    .duration(settings.get(Setting.SLOW_STATEMENT))
                    .toNanos();
            if (limit > 0 && nanos >= limit) {
                String error = failure == null ? "" : failure.code().sqlState() + " " + failure.getMessage();
                Instant now = Instant.ofEpochMilli(sessions.services().clock().wallMillis());
                var outcome = new SlowStatements.Outcome(nanos / NANOS_PER_MILLI, rows, error);
                sessions.slow()
                        .add(new SlowStatements.Entry(
                                now,
                                new SlowStatements.Origin(queryId, user, Trace.currentId()),
                                Redaction.text(sql),
                                outcome,
                                plan.get()));
            }
        };
    }
}
