package io.elanus.sql.session;

import io.elanus.cluster.access.Access;
import io.elanus.cluster.access.Privilege;
import io.elanus.cluster.runtime.Trace;
import io.elanus.cluster.runtime.TraceSpan;
import io.elanus.proto.grpc.Literal;
import io.elanus.sql.audit.AuditLog;
import io.elanus.sql.audit.Redaction;
import io.elanus.sql.catalog.CheckConstraints;
import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.copy.IngestPlan;
import io.elanus.sql.copy.IngestRun;
import io.elanus.sql.copy.Load;
import io.elanus.sql.copy.OnConflict;
import io.elanus.sql.copy.ReadableFiles;
import io.elanus.sql.dml.BoundGuard;
import io.elanus.sql.error.QueryErrors;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.QueryContext;
import io.elanus.sql.exec.QueryContext.ReadPoint;
import io.elanus.sql.plan.rel.Parameters;
import io.elanus.sql.plan.rel.PlannedQuery;
import io.elanus.sql.plan.rel.Rights;
import io.elanus.sql.plan.rel.SessionValue;
import io.elanus.sql.security.Authority;
import io.elanus.sql.security.Need;
import io.elanus.sql.security.RowGuard;
import io.elanus.sql.security.StatementNeeds;
import io.elanus.sql.session.PreparedQuery.Kind;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.HybridTime;
import io.elanus.storage.type.TableSchema;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/// A session: its settings, its timestamp, and the making of executions.
final class ElanusSession implements Session {
    static final String PRODUCT = "Elanus 0.1";
    private static final double NANOS_PER_MILLI = 1e6;
    private static final String DENIED = "42501";
    private static final Duration TIMESTAMP_WAIT = Duration.ofSeconds(30);

    private final String id;
    private final String user;
    private final Sessions sessions;
    private final Map<Setting, String> settings = new EnumMap<>(Setting.class);
    private final LocalSettings locals = new LocalSettings();
    private volatile String role;
    private volatile long sessionTimestamp;
    private volatile @Nullable QueryContext planning;
    private volatile boolean closed;

    ElanusSession(String id, String user, Sessions sessions) {
        this.id = id;
        this.user = user;
        this.role = user;
        this.sessions = sessions;
        for (Setting setting : Setting.values()) {
            String given = sessions.services().defaults().get(setting.key());
            settings.put(setting, given == null ? setting.byDefault() : setting.check(given));
        }
        sessionTimestamp = sessions.newestWrite();
    }

    @Override
    public String id() {
        return id;
    }

    String user() {
        return user;
    }

    /// Whose rights count: the user's, or those of the role of SET ROLE.
    String role() {
        return role;
    }

    /// The newest catalog for that role.
    SchemaView view() {
        return sessions.view().as(role);
    }

    /// SET ROLE: of those that the user is a member of.
    void takeRole(String wanted) {
        Authority authority = sessions.view().authority();
        if (authority.access().findRole(wanted).isEmpty()) {
            throw new QueryException(ErrorCode.UNDEFINED_OBJECT, "Role [%s] does not exist.".formatted(wanted));
        }
        authority.check(user, List.of(new Need.MemberOf(wanted, "take that role")));
        role = wanted;
    }

    /// May it end statements of this user?
    void checkMayEnd(String other) {
        Authority authority = sessions.view().authority();
        boolean signals = authority.hasRightsOf(role, Access.SIGNAL_BACKEND) && !authority.superuser(other);
        if (!signals && !authority.hasRightsOf(role, other)) {
            throw new QueryException(
                    ErrorCode.INSUFFICIENT_PRIVILEGE,
                    "Role [%s] may not end statements of other users.".formatted(role),
                    "Members of %s may, but for those of superusers.".formatted(Access.SIGNAL_BACKEND));
        }
    }

    LocalSettings locals() {
        return locals;
    }

    Sessions sessions() {
        return sessions;
    }

    @Override
    public PreparedQuery prepare(String sql, RunOptions options) {
        return prepare(sql, Returning.NOTHING, options);
    }

    @Override
    public PreparedQuery prepare(String sql, Returning wanted, RunOptions options) {
        checkOpen();
        try (var _ = Trace.of(Trace.parse(value(Setting.TRACEPARENT)).orElse(null))) {
            return new PreparedStatement(this, sql, wanted, options);
        } catch (QueryException e) {
            throw failed(e, sql, Kind.QUERY);
        }
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

    /// Begins what is told of a statement to whoever traces it; null: nobody does.
    @Nullable
    TraceSpan span() {
        String parent = value(Setting.TRACEPARENT);
        if (parent.isEmpty()) {
            return null;
        }
        Trace trace = parent.equals(Setting.OWN_TRACE)
                ? Trace.begun(ThreadLocalRandom.current())
                : Trace.parse(parent).orElseThrow();
        return TraceSpan.served("statement", trace);
    }

    CountedRun.Ending ending(String sql, Supplier<String> plan) {
        return (queryId, nanos, rows, failure) -> {
            long limit = Setting.SLOW_STATEMENT
                    .duration(value(Setting.SLOW_STATEMENT))
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

    private void checkOpen() {
        if (closed) {
            throw new QueryException(ErrorCode.INVALID_CONNECTION, "Session [%s] is closed.".formatted(id));
        }
    }

    @Override
    public Running copyIn(String sql, InputStream sent, RunOptions options) {
        return TracedRun.begun(span(), () -> copied(sql, sent, options));
    }

    private Running copied(String sql, InputStream sent, RunOptions options) {
        long from = sessions.services().clock().monotonicNanos();
        try {
            if (compile(planKey(sql), options) instanceof Compiled.Command command) {
                Running copy = new CommandRunner(this, command).copyIn(sent, options);
                return counted(copy, Kind.UTILITY, sql, () -> "", from);
            }
        } catch (RuntimeException | StackOverflowError e) {
            throw QueryErrors.of(e);
        }
        throw new QueryException(
                ErrorCode.PROTOCOL_VIOLATION,
                "The statement takes no rows from the client.",
                "Send them with COPY … FROM STDIN.");
    }

    @Override
    public Running ingest(IngestPlan.Request wanted, IngestPlan.Source sent, RunOptions options) {
        return TracedRun.begun(span(), () -> ingested(wanted, sent, options));
    }

    private Running ingested(IngestPlan.Request wanted, IngestPlan.Source sent, RunOptions options) {
        refuseReadOnly();
        long from = sessions.services().clock().monotonicNanos();
        SchemaView view = view();
        IngestPlan plan = IngestPlan.of(wanted, view, value(Setting.SCHEMA));
        new StatementNeeds(view, value(Setting.SCHEMA), "")
                .checkIngest(plan.table(), plan.onConflict() == OnConflict.REPLACE);
        String shown = "INGEST INTO " + plan.table().name();
        Running ingest = load(
                shown,
                plan.table(),
                options,
                (guard, context) ->
                        new IngestRun(plan, sent, sessions.services().tables(), guard, context));
        return counted(ingest, Kind.DML, shown, () -> "", from);
    }

    PlanCache.Key planKey(String sql) {
        return planKey(sql, Returning.NOTHING);
    }

    /// A text with all that its compiled form depends on, for the newest catalog.
    ///
    /// @param wanted what its caller wants to know of changed rows
    PlanCache.Key planKey(String sql, Returning wanted) {
        return new PlanCache.Key(
                sql, value(Setting.SCHEMA), sessions.view().catalog().version(), role, wanted);
    }

    /// Would neither [#compile] wait, nor beginning a run?
    boolean isReadyFor(PlanCache.Key key) {
        return sessions.plans().knows(key) && sessions.governor().hasAmpleRoom(user, id);
    }

    Compiled compile(PlanCache.Key key, RunOptions options) {
        return sessions.plans().get(key, () -> plan(key, options));
    }

    /// Plans where the stack is deep, as a statement that runs: it has a deadline and can be cancelled.
    private Compiled plan(PlanCache.Key key, RunOptions options) {
        var compiler = new Compiler(
                sessions.view().as(key.role()),
                key.schema(),
                new ReadableFiles(
                        sessions.services().limits().copyFolders(),
                        sessions.services().maintenance()::storage),
                key.wanted());
        var nothingRead = new ReadPoint(0, 0, Map.of());
        Trace trace = Trace.current();
        TraceSpan span = trace == null ? null : TraceSpan.inner("plan", trace);
        try (Execution execution = begin(key.text(), List.of(), options, Map.of(), nothingRead)) {
            planning = execution.context();
            return sessions.planners().run(() -> compiler.compile(key.text()), execution.context());
        } finally {
            planning = null;
            if (span != null) {
                span.end();
            }
        }
    }

    @Override
    public void cancelPlanning() {
        QueryContext now = planning;
        if (now != null) {
            now.cancel();
        }
    }

    @Override
    public Map<String, String> settings() {
        var map = new TreeMap<String, String>();
        synchronized (settings) {
            settings.forEach((setting, value) -> map.put(setting.key(), value));
        }
        return map;
    }

    @Override
    public void set(String name, String value) {
        Setting.find(name).ifPresent(setting -> {
            String checked = setting.check(value);
            if (setting == Setting.SCHEMA && !sessions.view().schemas().contains(checked)) {
                throw sessions.view().undefinedSchema(checked, 0);
            }
            synchronized (settings) {
                settings.put(setting, checked);
            }
        });
    }

    void reset(Setting setting) {
        String given = sessions.services().defaults().get(setting.key());
        synchronized (settings) {
            settings.put(setting, given == null ? setting.byDefault() : setting.check(given));
        }
    }

    String value(Setting setting) {
        synchronized (settings) {
            String value = settings.get(setting);
            return value == null ? setting.byDefault() : value;
        }
    }

    @Override
    public long sessionTimestamp() {
        return sessionTimestamp;
    }

    @Override
    public synchronized void advanceSessionTimestamp(long timestamp) {
        sessionTimestamp = Math.max(sessionTimestamp, timestamp);
        sessions.wrote(timestamp);
    }

    /// What a client says is believed for its own session only.
    @Override
    public synchronized void observe(long timestamp) {
        sessionTimestamp = Math.max(sessionTimestamp, timestamp);
    }

    /// Begins to load rows into a table, under its row policies.
    Running load(
            String shown, TableSchema table, RunOptions options, BiFunction<BoundGuard, QueryContext, Load> begun) {
        Execution execution = begin(shown, List.of(), options, Map.of(), false);
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
                    context.queryId(), load.load(), sessions.services().allocator());
        } finally {
            advanceSessionTimestamp(load.timestamp());
        }
    }

    private BoundGuard guard(TableSchema table, QueryContext context) {
        SchemaView view = view();
        var parameters = new Parameters(0);
        boolean guarded = view.authority().guarded(role, table.tableId())
                || !CheckConstraints.of(table).isEmpty();
        RowGuard guard = guarded
                ? sessions.planners()
                        .run(() -> new Rights(view, parameters).guard(table, Privilege.INSERT, false), context)
                : RowGuard.NONE;
        List<Literal> values = bind(List.of(), parameters.types(), parameters.sessionValues());
        return new BoundGuard(guard, table, values, context.allocator());
    }

    void refuseReadOnly() {
        if (value(Setting.READ_ONLY).equals("true")) {
            throw new QueryException(
                    ErrorCode.READ_ONLY_SESSION,
                    "The session is read only; the statement changes data.",
                    "SET read_only = false.");
        }
    }

    /// Begins a run of a query at the session's level of consistency.
    Execution begin(String sql, List<Literal> parameters, RunOptions options, PlannedQuery query) {
        return begin(sql, parameters, options, query.settings(), () -> readPoint(query, options));
    }

    /// Begins a run.
    ///
    /// @param strong reads at a fresh timestamp whatever the session's level, as changes do
    Execution begin(
            String sql, List<Literal> parameters, RunOptions options, Map<String, String> hints, boolean strong) {
        return begin(sql, parameters, options, hints, () -> readPoint(hints, options, strong, List.of()));
    }

    private Execution begin(
            String sql,
            List<Literal> parameters,
            RunOptions options,
            Map<String, String> hints,
            Supplier<ReadPoint> readPoint) {
        checkOpen();
        Governor.Place place = sessions.governor().enter(user, id);
        try {
            var run = new Run(sql, parameters, options, hints, readPoint.get());
            return begin(run, place.memory(), place::close);
        } catch (RuntimeException | Error e) { // nobody else would leave the place
            place.close();
            throw e;
        }
    }

    private record Run(
            String sql, List<Literal> parameters, RunOptions options, Map<String, String> hints, ReadPoint readPoint) {}

    /// Begins what is a part of a statement, such as planning it; it does not wait for others to end.
    ///
    /// @param readPoint of an earlier run, to see what that saw
    Execution begin(
            String sql, List<Literal> parameters, RunOptions options, Map<String, String> hints, ReadPoint readPoint) {
        return begin(
                new Run(sql, parameters, options, hints, readPoint),
                sessions.services().allocator(),
                () -> {});
    }

    private Execution begin(Run run, BufferAllocator parent, Runnable left) {
        var services = sessions.services();
        String queryId = sessions.newQueryId();
        long started = services.clock().monotonicNanos();
        long deadline = started
                + timeout(run.options(), run.hints())
                        .minus(run.options().spent())
                        .toNanos();
        long memory = Long.parseLong(value(Setting.QUERY_MEMORY));
        BufferAllocator allocator = parent.newChildAllocator(queryId, 0, memory);
        var context = new QueryContext(
                queryId, run.parameters(), run.readPoint(), allocator, services.clock()::monotonicNanos, deadline);
        services.memory().spill().ifPresent(context::spillTo);
        sessions.running()
                .add(new RunningRegistry.Entry(
                        context, id, user, run.sql(), services.clock().wallMillis(), Trace.currentId()));
        return new Execution(context, allocator, sessions.running(), left);
    }

    private Duration timeout(RunOptions options, Map<String, String> hints) {
        Duration longest = sessions.services().limits().longestStatement();
        Duration wanted = options.timeout();
        if (wanted.isZero()) {
            String hinted = hints.get(Setting.STATEMENT_TIMEOUT.key());
            wanted = Setting.STATEMENT_TIMEOUT.duration(hinted == null ? value(Setting.STATEMENT_TIMEOUT) : hinted);
        }
        return wanted.isZero() || wanted.compareTo(longest) > 0 ? longest : wanted;
    }

    private ReadPoint readPoint(PlannedQuery query, RunOptions options) {
        Map<String, String> hints = query.settings();
        return readPoint(hints, options, false, readsStrong(hints) ? query.tables() : List.of());
    }

    /// @param tables that are read at that point, as far as they are known
    private ReadPoint readPoint(
            Map<String, String> hints, RunOptions options, boolean strong, List<TableSchema> tables) {
        String level = strong ? "strong" : consistency(hints);
        var search = new HashMap<String, String>();
        for (Setting effort : List.of(Setting.EF_SEARCH, Setting.NPROBE)) {
            String given = effort.check(hints.getOrDefault(effort.key(), value(effort)));
            if (!given.equals("0")) {
                search.put(effort.key(), given);
            }
        }
        if (options.part().isPresent()) {
            long moment = options.part().get().timestamp();
            return new ReadPoint(moment, moment, search);
        }
        return switch (level) {
            case "strong" -> {
                long now = now(tables);
                yield new ReadPoint(now, now, search);
            }
            case "bounded" -> {
                Duration bound = Setting.CONSISTENCY_BOUND.duration(
                        hints.getOrDefault("consistency_bound", value(Setting.CONSISTENCY_BOUND)));
                long wall = sessions.services().clock().wallMillis() - bound.toMillis();
                yield new ReadPoint(0, HybridTime.of(Math.max(wall, 0), 0), search);
            }
            case "session" -> new ReadPoint(0, sessionTimestamp, search);
            default -> new ReadPoint(0, 0, search);
        };
    }

    private String consistency(Map<String, String> hints) {
        return Setting.CONSISTENCY.check(hints.getOrDefault("consistency", value(Setting.CONSISTENCY)));
    }

    /// Does a read with these hints ask for the time first?
    boolean readsStrong(Map<String, String> hints) {
        return consistency(hints).equals("strong");
    }

    /// Above every timestamp that was acknowledged to anyone before.
    long freshTimestamp() {
        return now(List.of());
    }

    /// @param read tables to read at it
    private long now(List<TableSchema> read) {
        try {
            return sessions.services().tables().nowToRead(read).get(TIMESTAMP_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw QueryErrors.of(e);
        } catch (TimeoutException e) {
            throw new QueryException(
                    ErrorCode.UNAVAILABLE, "No timestamp came within [%s].".formatted(TIMESTAMP_WAIT), 0, null, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QueryException(ErrorCode.CANCELLED, "The statement was interrupted.");
        }
    }

    /// The parameters of a run as constants: the caller's, then the session's.
    List<Literal> bind(
            List<? extends @Nullable Object> given, List<ColumnType> types, List<SessionValue> sessionValues) {
        var caller = new Binding.Caller(user, role, value(Setting.SCHEMA), ZoneId.of(value(Setting.TIMEZONE)));
        Instant now = Instant.ofEpochMilli(sessions.services().clock().wallMillis());
        return new Binding(caller, now).literals(given, types, sessionValues);
    }

    @Override
    public void cancel() {
        sessions.cancelOf(this);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            sessions.closed(this);
        }
    }
}
