package io.elanus.sql.session;

import io.elanus.cluster.access.Access;
import io.elanus.cluster.runtime.Trace;
import io.elanus.cluster.runtime.TraceSpan;
import io.elanus.proto.grpc.Literal;
import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.copy.IngestPlan;
import io.elanus.sql.copy.ReadableFiles;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.QueryContext;
import io.elanus.sql.exec.QueryContext.ReadPoint;
import io.elanus.sql.plan.rel.PlannedQuery;
import io.elanus.sql.plan.rel.SessionValue;
import io.elanus.sql.security.Authority;
import io.elanus.sql.security.Need;
import io.elanus.sql.session.PreparedQuery.Kind;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.ColumnType;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/// A session: its settings, its timestamp, and the making of executions.
final class ElanusSession implements Session {
    static final String PRODUCT = "Elanus 0.1";

    private final String id;
    private final String user;
    private final Sessions sessions;
    private final SettingValues settings;
    private final ReadPoints readPoints;
    private final StatementLog log;
    private final LocalSettings locals = new LocalSettings();
    private volatile String role;
    private volatile @Nullable QueryContext planning;
    private volatile boolean closed;

    ElanusSession(String id, String user, Sessions sessions) {
        this.id = id;
        this.user = user;
        this.role = user;
        this.sessions = sessions;
        this.settings = new SettingValues(sessions.services().defaults());
        this.readPoints = new ReadPoints(settings, sessions.services(), sessions.newestWrite());
        this.log = new StatementLog(id, user, sessions, settings);
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

    StatementLog log() {
        return log;
    }

    ReadPoints readPoints() {
        return readPoints;
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
            throw log.failed(e, sql, Kind.QUERY);
        }
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

    private void checkOpen() {
        if (closed) {
            throw new QueryException(ErrorCode.INVALID_CONNECTION, "Session [%s] is closed.".formatted(id));
        }
    }

    @Override
    public Running copyIn(String sql, InputStream sent, RunOptions options) {
        return TracedRun.begun(span(), () -> new Loading(this).copyIn(sql, sent, options));
    }

    @Override
    public Running ingest(IngestPlan.Request wanted, IngestPlan.Source sent, RunOptions options) {
        return TracedRun.begun(span(), () -> new Loading(this).ingest(wanted, sent, options));
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
        return settings.all();
    }

    @Override
    public void set(String name, String value) {
        Setting.find(name).ifPresent(setting -> {
            String checked = setting.check(value);
            if (setting == Setting.SCHEMA && !sessions.view().schemas().contains(checked)) {
                throw sessions.view().undefinedSchema(checked, 0);
            }
            settings.set(setting, checked);
        });
    }

    void reset(Setting setting) {
        settings.reset(setting);
    }

    String value(Setting setting) {
        return settings.get(setting);
    }

    @Override
    public long sessionTimestamp() {
        return readPoints.sessionTimestamp();
    }

    @Override
    public void advanceSessionTimestamp(long timestamp) {
        readPoints.advance(timestamp);
        sessions.wrote(timestamp);
    }

    /// What a client says is believed for its own session only.
    @Override
    public void observe(long timestamp) {
        readPoints.advance(timestamp);
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
        return begin(sql, parameters, options, query.settings(), () -> readPoints.of(query, options));
    }

    /// Begins a run.
    ///
    /// @param strong reads at a fresh timestamp whatever the session's level, as changes do
    Execution begin(
            String sql, List<Literal> parameters, RunOptions options, Map<String, String> hints, boolean strong) {
        return begin(sql, parameters, options, hints, () -> readPoints.of(hints, options, strong));
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
