package io.elanus.sql.session;

import io.elanus.cluster.access.Privilege;
import io.elanus.proto.grpc.Literal;
import io.elanus.sql.catalog.CheckConstraints;
import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.copy.IngestPlan;
import io.elanus.sql.copy.IngestRun;
import io.elanus.sql.copy.Load;
import io.elanus.sql.copy.OnConflict;
import io.elanus.sql.dml.BoundGuard;
import io.elanus.sql.error.QueryErrors;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.QueryContext;
import io.elanus.sql.plan.rel.Parameters;
import io.elanus.sql.plan.rel.Rights;
import io.elanus.sql.security.RowGuard;
import io.elanus.sql.security.StatementNeeds;
import io.elanus.sql.session.PreparedQuery.Kind;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.TableSchema;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/// Rows that a client sends or a file holds, into a table: COPY, and the bulk ingest of Flight SQL.
final class Loading {
    private final ElanusSession session;

    Loading(ElanusSession session) {
        this.session = session;
    }

    /// COPY … FROM STDIN.
    Running copyIn(String sql, InputStream sent, RunOptions options) {
        long from = session.sessions().services().clock().monotonicNanos();
        try {
            if (session.compile(session.planKey(sql), options) instanceof Compiled.Command command) {
                Running copy = new CommandRunner(session, command).copyIn(sent, options);
                return session.log().counted(copy, Kind.UTILITY, sql, () -> "", from);
            }
        } catch (RuntimeException | StackOverflowError e) {
            throw QueryErrors.of(e);
        }
        throw new QueryException(
                ErrorCode.PROTOCOL_VIOLATION,
                "The statement takes no rows from the client.",
                "Send them with COPY … FROM STDIN.");
    }

    /// Bulk ingest of Flight SQL.
    Running ingest(IngestPlan.Request wanted, IngestPlan.Source sent, RunOptions options) {
        session.refuseReadOnly();
        long from = session.sessions().services().clock().monotonicNanos();
        SchemaView view = session.view();
        IngestPlan plan = IngestPlan.of(wanted, view, session.value(Setting.SCHEMA));
        new StatementNeeds(view, session.value(Setting.SCHEMA), "")
                .checkIngest(plan.table(), plan.onConflict() == OnConflict.REPLACE);
        String shown = "INGEST INTO " + plan.table().name();
        Running ingest = load(
                shown,
                plan.table(),
                options,
                (guard, context) ->
                        new IngestRun(plan, sent, session.sessions().services().tables(), guard, context));
        return session.log().counted(ingest, Kind.DML, shown, () -> "", from);
    }

    /// Begins to load rows into a table, under its row policies.
    Running load(
            String shown, TableSchema table, RunOptions options, BiFunction<BoundGuard, QueryContext, Load> begun) {
        Execution execution = session.begin(shown, List.of(), options, Map.of(), false);
        try {
            QueryContext context = execution.context();
            Load load = begun.apply(guard(table, context), context);
            return new WorkRun(
                    execution,
                    new WorkRun.Work(
                            () -> loaded(load, context),
                            () -> new Running.Progress(load.rowsDone(), load.rowsExpected()),
                            () -> {}));
        } catch (RuntimeException e) { // ours until the statement is there
            execution.close();
            throw e;
        }
    }

    private RowsRun loaded(Load load, QueryContext context) {
        try {
            return RowsRun.counted(
                    context.queryId(),
                    load.load(),
                    session.sessions().services().allocator());
        } finally {
            session.advanceSessionTimestamp(load.timestamp());
        }
    }

    private BoundGuard guard(TableSchema table, QueryContext context) {
        SchemaView view = session.view();
        var parameters = new Parameters(0);
        boolean guarded = view.authority().guarded(session.role(), table.tableId())
                || !CheckConstraints.of(table).isEmpty();
        RowGuard guard = guarded
                ? session.sessions()
                        .planners()
                        .run(() -> new Rights(view, parameters).guard(table, Privilege.INSERT, false), context)
                : RowGuard.NONE;
        List<Literal> values = session.bind(List.of(), parameters.types(), parameters.sessionValues());
        return new BoundGuard(guard, table, values, context.allocator());
    }
}
