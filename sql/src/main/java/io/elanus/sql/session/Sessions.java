package io.elanus.sql.session;

import io.elanus.cluster.proxy.Catalog;
import io.elanus.proto.grpc.RoleSchema;
import io.elanus.sql.audit.AuditLog;
import io.elanus.sql.catalog.AccessTables;
import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.catalog.SystemTable;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.Executor;
import io.elanus.sql.metrics.Metrics;
import io.elanus.sql.security.CatalogLogins;
import io.elanus.sql.security.LoginRoles;
import io.elanus.storage.ErrorCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// All sessions of a proxy, and what they share: plans, the newest catalog made ready for planning, the statements
/// that run. Thread safe.
public final class Sessions implements AutoCloseable {
    private final SessionServices services;
    private final StatementCounts counts;
    private final AuditLog audit;
    private final Governor governor;
    private final Executor executor;
    private final SampledStatistics statistics;
    private final PlanCache plans;
    private final Planners planners = new Planners();
    private final RunningRegistry running = new RunningRegistry();
    private final SlowStatements slow = new SlowStatements();
    private final Map<String, ElanusSession> sessions = new ConcurrentHashMap<>();
    private final AtomicLong queries = new AtomicLong();
    private final AtomicLong opened = new AtomicLong();
    private final AtomicLong newestWrite = new AtomicLong();
    private volatile @Nullable SchemaView view;

    public Sessions(SessionServices services) {
        this(services, new StatementCounts(new Metrics()), AuditLog.NONE);
    }

    /// @param counts is told of every statement
    /// @param audit is told of changes of the schema and of rights, and of what was denied
    public Sessions(SessionServices services, StatementCounts counts, AuditLog audit) {
        this.services = services;
        this.counts = counts;
        this.audit = audit;
        this.governor = new Governor(services.limits().running(), services.allocator());
        this.executor = new Executor(
                services.tables()::read, tableId -> services.tables().catalog().indexesOf(tableId));
        this.statistics = new SampledStatistics(services.tables());
        this.plans = new PlanCache(services.limits().plans(), counts);
    }

    /// Opens a session for this user, whom the door has let in.
    ///
    /// @param settings from the connection; checked like SET
    public Session open(String user, Map<String, String> settings) {
        if (sessions.size() >= services.limits().sessions()) {
            throw new QueryException(
                    ErrorCode.TOO_MANY_CONNECTIONS,
                    "There are [%d] sessions, the most is [%d]."
                            .formatted(sessions.size(), services.limits().sessions()),
                    "Close idle connections, use a pool, or raise the limit.");
        }
        checkLogin(user);
        var session = new ElanusSession("s-" + opened.incrementAndGet(), user, this);
        settings.forEach(session::set);
        sessions.put(session.id(), session);
        return session;
    }

    private void checkLogin(String user) {
        RoleSchema role = view().authority()
                .access()
                .findRole(user)
                .filter(RoleSchema::getLogin)
                .orElse(null);
        if (role == null) {
            throw new QueryException(
                    ErrorCode.INVALID_AUTHORIZATION,
                    "Role [%s] does not exist, or may not log in.".formatted(user),
                    "CREATE USER makes one that may.");
        }
        long open = sessions.values().stream()
                .filter(session -> session.user().equals(user))
                .count();
        if (role.getConnectionLimit() > 0 && open >= role.getConnectionLimit()) {
            throw new QueryException(
                    ErrorCode.TOO_MANY_CONNECTIONS,
                    "User [%s] has [%d] sessions, the most is [%d].".formatted(user, open, role.getConnectionLimit()),
                    "Close idle connections, or ALTER ROLE with a higher CONNECTION LIMIT.");
        }
    }

    /// Who may log in, by the newest catalog.
    public LoginRoles loginRoles() {
        return new CatalogLogins(() -> services.tables().catalog().access());
    }

    /// The newest catalog without what this role has nothing to do with.
    public Catalog known(String role) {
        SchemaView newest = view();
        return newest.authority().known(newest.catalog(), role);
    }

    /// Makes a running statement fail with CANCELLED; false when none of this id runs.
    public boolean cancel(String queryId) {
        return running.cancel(queryId);
    }

    /// Timestamp of the newest write that any session of this proxy was acknowledged for. A new session starts from
    /// it, so that what one connection of a pool has written is there for the connections opened after it.
    long newestWrite() {
        return newestWrite.get();
    }

    void wrote(long timestamp) {
        newestWrite.accumulateAndGet(timestamp, Math::max);
    }

    void closed(ElanusSession session) {
        sessions.remove(session.id());
        running.cancelOf(session.id());
    }

    void cancelOf(ElanusSession session) {
        running.cancelOf(session.id());
    }

    StatementCounts counts() {
        return counts;
    }

    Governor governor() {
        return governor;
    }

    /// How many statements wait for others to end.
    public int waitingStatements() {
        return governor.waiting();
    }

    AuditLog audit() {
        return audit;
    }

    /// How many there are.
    public int count() {
        return sessions.size();
    }

    /// How many statements run.
    public int runningStatements() {
        return running.all().size();
    }

    SessionServices services() {
        return services;
    }

    Executor executor() {
        return executor;
    }

    PlanCache plans() {
        return plans;
    }

    Planners planners() {
        return planners;
    }

    RunningRegistry running() {
        return running;
    }

    SlowStatements slow() {
        return slow;
    }

    String newQueryId() {
        return "q-" + queries.incrementAndGet();
    }

    /// The newest catalog, ready for planning. Built once per version.
    SchemaView view() {
        Catalog newest = services.tables().catalog();
        SchemaView known = view;
        if (known == null || known.catalog().version() != newest.version()) {
            known = new SchemaView(newest, systemTables(newest), statistics);
            view = known;
        }
        return known;
    }

    private List<SystemTable> systemTables(Catalog catalog) {
        var tables = new ArrayList<>(services.systemTables());
        tables.addAll(new SessionTables(this).all());
        tables.addAll(new AccessTables(catalog).all());
        return tables;
    }

    Collection<ElanusSession> all() {
        return List.copyOf(sessions.values());
    }

    /// Ends every session.
    @Override
    public void close() {
        List.copyOf(sessions.values()).forEach(ElanusSession::close);
        planners.close();
        governor.close();
    }
}
