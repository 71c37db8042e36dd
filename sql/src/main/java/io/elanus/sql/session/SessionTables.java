package io.elanus.sql.session;

import io.elanus.sql.audit.Redaction;
import io.elanus.sql.catalog.Audience;
import io.elanus.sql.catalog.SystemTable;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.sql.type.Types;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What sessions show of themselves: `system.queries`, `sessions`, `slow_statements`, `settings`. Thread safe.
final class SessionTables {
    private final Sessions sessions;

    SessionTables(Sessions sessions) {
        this.sessions = sessions;
    }

    List<SystemTable> all() {
        return List.of(queries(), open(), slow(), settings());
    }

    private static PlanColumn text(String name) {
        return new PlanColumn(name, Types.TEXT);
    }

    private static PlanColumn column(String name, ColumnType type) {
        return new PlanColumn(name, type);
    }

    private SystemTable queries() {
        var columns = List.of(
                text("query_id"),
                text("session_id"),
                text("sql"),
                column("running_millis", Simple.BIGINT),
                column("memory_bytes", Simple.BIGINT),
                text("user_name"),
                text("trace_id"));
        return new SystemTable(SystemTable.SYSTEM, "queries", columns, this::queryRows, Audience.OWNERS);
    }

    private List<List<@Nullable Object>> queryRows() {
        long now = sessions.services().clock().wallMillis();
        var rows = new ArrayList<List<@Nullable Object>>();
        for (RunningRegistry.Entry entry : sessions.running().all()) {
            rows.add(Arrays.asList(
                    entry.context().queryId(),
                    entry.sessionId(),
                    Redaction.text(entry.sql()),
                    now - entry.startedMillis(),
                    entry.context().allocator().getAllocatedMemory(),
                    entry.user(),
                    entry.trace()));
        }
        return rows;
    }

    private SystemTable open() {
        var columns = List.of(text("session_id"), text("user_name"), text("schema_name"), text("application_name"));
        return new SystemTable(SystemTable.SYSTEM, "sessions", columns, this::sessionRows, Audience.OWNERS);
    }

    private List<List<@Nullable Object>> sessionRows() {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (ElanusSession session : sessions.all()) {
            rows.add(Arrays.asList(
                    session.id(),
                    session.user(),
                    session.value(Setting.SCHEMA),
                    session.value(Setting.APPLICATION_NAME)));
        }
        return rows;
    }

    private SystemTable slow() {
        var columns = List.of(
                column("ended", Simple.TIMESTAMP_TZ),
                text("query_id"),
                text("user_name"),
                text("sql"),
                column("millis", Simple.DOUBLE),
                column("row_count", Simple.BIGINT),
                text("error"),
                text("plan"),
                text("trace_id"));
        return new SystemTable(SystemTable.SYSTEM, "slow_statements", columns, this::slowRows, Audience.OWNERS);
    }

    private List<List<@Nullable Object>> slowRows() {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (SlowStatements.Entry entry : sessions.slow().all()) {
            SlowStatements.Outcome outcome = entry.outcome();
            rows.add(Arrays.asList(
                    entry.ended(),
                    entry.origin().queryId(),
                    entry.origin().user(),
                    entry.sql(),
                    outcome.millis(),
                    outcome.rows(),
                    outcome.error().isEmpty() ? null : outcome.error(),
                    entry.plan(),
                    entry.origin().trace()));
        }
        return rows;
    }

    private static SystemTable settings() {
        var columns = List.of(text("name"), text("default_value"), text("description"));
        return new SystemTable(SystemTable.SYSTEM, "settings", columns, SessionTables::settingRows, Audience.EVERYONE);
    }

    private static List<List<@Nullable Object>> settingRows() {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (Setting setting : Setting.values()) {
            rows.add(Arrays.asList(setting.key(), setting.byDefault(), setting.description()));
        }
        return rows;
    }
}
