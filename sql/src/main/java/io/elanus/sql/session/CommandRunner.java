package io.elanus.sql.session;

import io.elanus.cluster.proxy.TableAccess;
import io.elanus.proto.grpc.DdlRequest;
import io.elanus.sql.bulk.BulkStorage;
import io.elanus.sql.bulk.FilePattern;
import io.elanus.sql.catalog.DdlRequests;
import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.catalog.TableAlterations;
import io.elanus.sql.copy.CopyFiles;
import io.elanus.sql.copy.CopyPlan;
import io.elanus.sql.copy.CopyRun;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.SqlText;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.sql.plan.rel.PlannedQuery;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.IndexFormats;
import io.elanus.storage.type.TableName;
import io.elanus.storage.type.TableSchema;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.calcite.sql.SqlIdentifier;
import org.jspecify.annotations.Nullable;

/// Runs statements that have no plan: DDL, settings, maintenance, COPY.
final class CommandRunner {
    /// Only checks parameters; indexes are built elsewhere.
    private static final IndexFormats FORMATS = new IndexFormats(BuildPool.CALLER);

    private final ElanusSession session;
    private final Statement statement;
    private final String text;
    private final List<PreparedQuery.ResultColumn> columns;
    private final DdlRunner ddl;

    CommandRunner(ElanusSession session, Compiled.Command command) {
        this.session = session;
        this.statement = command.statement();
        this.text = command.text();
        this.columns = command.columns();
        this.ddl = new DdlRunner(session, text);
    }

    Running run(List<? extends @Nullable Object> parameters, RunOptions options) {
        if (!parameters.isEmpty()) {
            throw new QueryException(ErrorCode.PROTOCOL_VIOLATION, "This statement takes no parameters.");
        }
        return switch (statement) {
            case Statement.CreateSchema create -> ddl(List.of(ddlRequests().of(create)), options);
            case Statement.DropSchema drop -> ddl(List.of(ddlRequests().of(drop)), options);
            case Statement.CreateTable create ->
                create.as() == null
                        ? ddl(List.of(checks().verified(ddlRequests().of(create))), options)
                        : createAs(create, options);
            case Statement.AlterTable alter
            when alter.change() instanceof Statement.OwnerTo owner -> ddl(roles().of(alter, owner), options);
            case Statement.AlterTable alter
            when alter.change() instanceof Statement.RowSecurity security -> ddl(roles().of(alter, security), options);
            case Statement.AlterTable alter -> {
                alterations().of(alter).ifPresent(request -> checks().run(request, options));
                yield done(0);
            }
            case Statement.DropTable drop ->
                ddl(
                        drop.names().stream()
                                .map(name -> ddlRequests().of(drop, name))
                                .toList(),
                        options);
            case Statement.DropView drop ->
                ddl(
                        drop.names().stream()
                                .map(name -> ddlRequests().of(drop, name))
                                .toList(),
                        options);
            case Statement.CreateIndex create -> ddl(List.of(ddlRequests().of(create)), options);
            case Statement.DropIndex drop -> ddl(List.of(ddlRequests().of(drop)), options);
            case Statement.CreateRole create -> ddl(roles().of(create), options);
            case Statement.AlterRole alter -> ddl(roles().of(alter), options);
            case Statement.DropRole drop -> ddl(roles().of(drop), options);
            case Statement.Grant(Statement.Grants grants) -> ddl(roles().of(grants, false), options);
            case Statement.Revoke(Statement.Grants grants) -> ddl(roles().of(grants, true), options);
            case Statement.CreatePolicy create -> ddl(roles().of(create), options);
            case Statement.DropPolicy drop -> ddl(roles().of(drop), options);
            case Statement.SetRole(String role) -> {
                session.takeRole(role.equals("none") ? session.user() : role);
                yield done(0);
            }
            case Statement.Set set -> set(set);
            case Statement.Reset reset -> reset(reset);
            case Statement.Show show -> show(show);
            case Statement.Transaction(String action) -> {
                if (!action.equals("BEGIN")) {
                    session.locals().restore(session);
                }
                yield done(0);
            }
            case Statement.CreateExtension _ -> done(0);
            case Statement.Maintenance maintenance -> maintain(maintenance, options);
            case Statement.KillQuery(String queryId) -> kill(queryId);
            case Statement.Copy copy -> copy(copy, null, options);
            case Statement.Backup backup -> new BackupCommands(session, text).backup(backup, options);
            case Statement.Restore restore -> new BackupCommands(session, text).restore(restore, options);
            case Statement.ShowBackups shown -> new BackupCommands(session, text).show(shown, options);
            case Statement.CreateView _,
                    Statement.With _,
                    Statement.Merge _,
                    Statement.Insert _,
                    Statement.Update _,
                    Statement.Delete _,
                    Statement.Explain _,
                    Statement.CopyTo _ -> throw new IllegalStateException("Not a command: " + statement);
        };
    }

    private SchemaView view() {
        return session.view();
    }

    private RoleCommands roles() {
        return new RoleCommands(session, text);
    }

    private TableAccess tables() {
        return session.sessions().services().tables();
    }

    private DdlRequests ddlRequests() {
        return new DdlRequests(view(), session.value(Setting.SCHEMA), text, ddl.newRequestId(), FORMATS);
    }

    private RowsRun done(long count) {
        return new RowsRun(
                session.sessions().newQueryId(),
                count,
                session.sessions().services().allocator(),
                List.of(),
                List.of());
    }

    private RowsRun rows(List<List<@Nullable Object>> rows) {
        return new RowsRun(
                session.sessions().newQueryId(),
                -1,
                session.sessions().services().allocator(),
                columns,
                rows);
    }

    private CheckCommands checks() {
        return new CheckCommands(session, ddl);
    }

    private TableAlterations alterations() {
        return new TableAlterations(view(), session.value(Setting.SCHEMA), ddlRequests());
    }

    /// CREATE TABLE … AS: the table with the query's columns, then its rows. A table that could not be filled goes.
    private Running createAs(Statement.CreateTable create, RunOptions options) {
        session.refuseReadOnly();
        TableName name = ddlRequests().name(create);
        if (create.ifNotExists() && view().catalog().tables().containsKey(name)) {
            return done(0);
        }
        int as = SqlText.offset(text, Objects.requireNonNull(create.as()));
        String query = text.substring(as + 1).strip();
        if (!(session.compile(session.planKey(query), RunOptions.DEFAULT)
                instanceof Compiled.Query(PlannedQuery planned))) {
            throw new QueryException(ErrorCode.SYNTAX_ERROR, "CREATE TABLE AS takes a query.");
        }
        ddl(List.of(ddlRequests().of(create, planned.plan().columns())), options)
                .close();
        String target = quoted(name.schema()) + "." + quoted(name.table());
        try (PreparedQuery insert = session.prepare("INSERT INTO " + target + " " + query)) {
            return insert.run(List.of(), options);
        } catch (RuntimeException e) {
            session.prepare("DROP TABLE IF EXISTS " + target)
                    .run(List.of(), RunOptions.DEFAULT)
                    .close();
            throw e;
        }
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private Running ddl(List<DdlRequest> requests, RunOptions options) {
        ddl.run(requests, options);
        return done(0);
    }

    private Running set(Statement.Set set) {
        if (set.values().isEmpty()) {
            Setting.find(set.name()).ifPresent(session::reset);
            return done(0);
        }
        if (set.local()) {
            Setting.find(set.name()).ifPresent(setting -> session.locals().keep(setting, session.value(setting)));
        }
        List<String> values = set.values();
        session.set(set.name(), values.getFirst());
        if (set.name().equals("consistency") && values.size() > 1) {
            session.set(Setting.CONSISTENCY_BOUND.key(), values.get(1));
        }
        return done(0);
    }

    private Running reset(Statement.Reset reset) {
        if (reset.name().equals("all")) {
            Arrays.stream(Setting.values()).forEach(session::reset);
        } else {
            Setting.find(reset.name()).ifPresent(session::reset);
        }
        return done(0);
    }

    private Running show(Statement.Show show) {
        String name = String.join("_", show.words());
        if (name.equals("all")) {
            var rows = new ArrayList<List<@Nullable Object>>();
            for (Setting setting : Setting.values()) {
                rows.add(List.of(setting.key(), session.value(setting), setting.description()));
            }
            return rows(rows);
        }
        String value = switch (name) {
            case "transaction_isolation", "transaction_isolation_level" -> "read committed";
            case "server_version" -> ElanusSession.PRODUCT;
            case "client_encoding", "server_encoding" -> "UTF8";
            case "role", "current_role" -> session.role();
            case "session_authorization" -> session.user();
            default -> Setting.find(name).map(session::value).orElse("");
        };
        return rows(List.of(Collections.singletonList(value)));
    }

    private Running maintain(Statement.Maintenance maintenance, RunOptions options) {
        SqlIdentifier name = maintenance.table();
        List<TableSchema> targets = name == null
                ? List.copyOf(view().catalog().tables().values())
                : List.of(view().table(
                                name.names,
                                session.value(Setting.SCHEMA),
                                SqlText.offset(text, name.getParserPosition())));
        Maintenance services = session.sessions().services().maintenance();
        Function<TableSchema, CompletableFuture<Void>> action = switch (maintenance.action()) {
            case "FLUSH" -> services::flush;
            case "COMPACT" -> services::compact;
            case "LOAD" -> services::load;
            case "RELEASE" -> services::release;
            case "ANALYZE" -> this::analyze;
            default -> throw new IllegalStateException("Not maintenance: " + maintenance);
        };
        for (TableSchema table : targets) {
            ddl.await(action.apply(table), options);
        }
        return done(0);
    }

    /// Statistics are kept by the segments and read when a statement is planned; what was read is forgotten, so
    /// that the next plan sees the rows as they are.
    private CompletableFuture<Void> analyze(TableSchema table) {
        view().statistics().forget(table);
        return CompletableFuture.completedFuture(null);
    }

    private Running kill(String queryId) {
        session.sessions().running().find(queryId).ifPresent(entry -> session.checkMayEnd(entry.user()));
        if (!session.sessions().cancel(queryId)) {
            throw new QueryException(
                    ErrorCode.UNDEFINED_OBJECT,
                    "No statement [%s] runs.".formatted(queryId),
                    "SELECT * FROM system.queries lists those that do.");
        }
        return done(0);
    }

    private Running copy(Statement.Copy copy, @Nullable InputStream sent, RunOptions options) {
        session.refuseReadOnly();
        if (copy.file() == null && sent == null) {
            throw new QueryException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "COPY FROM STDIN needs a client that sends the rows.",
                    "Use the shell's \\copy or the driver's copyIn, or name a file on the server.");
        }
        String given = copy.file();
        SessionServices services = session.sessions().services();
        FilePattern from =
                given == null ? null : FilePattern.of(given, services.limits().copyFolders());
        CopyPlan plan = CopyPlan.of(copy, from, view(), session.value(Setting.SCHEMA), text);
        Supplier<BulkStorage> storage = services.maintenance()::storage;
        return new Loading(session)
                .load(
                        text,
                        plan.table(),
                        options,
                        (guard, context) -> from == null
                                ? new CopyRun(plan, sent, tables(), storage, guard, context)
                                : new CopyFiles(plan, from, tables(), storage, guard, context));
    }

    /// COPY FROM STDIN with the rows that a client sends.
    Running copyIn(InputStream sent, RunOptions options) {
        if (statement instanceof Statement.Copy copy && copy.file() == null) {
            return copy(copy, sent, options);
        }
        throw new QueryException(
                ErrorCode.PROTOCOL_VIOLATION,
                "The statement takes no rows from the client.",
                "Send them with COPY … FROM STDIN.");
    }
}
