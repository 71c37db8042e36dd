package io.elanus.sql.session;

import io.elanus.proto.grpc.BackupFile;
import io.elanus.proto.grpc.BackupManifest;
import io.elanus.proto.grpc.BackupTable;
import io.elanus.sql.backup.BackupList;
import io.elanus.sql.backup.BackupPlan;
import io.elanus.sql.backup.BackupRun;
import io.elanus.sql.backup.RestorePlan;
import io.elanus.sql.backup.RestoreRun;
import io.elanus.sql.bulk.BulkStorage;
import io.elanus.sql.bulk.Place;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.tree.Option;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.sql.session.PreparedQuery.ResultColumn;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.HybridTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/// BACKUP, RESTORE and SHOW BACKUPS as statements that run and answer with rows.
final class BackupCommands {
    private static final Set<String> FLAGS = Set.of("on", "off", "true", "false");

    private final ElanusSession session;
    private final String text;

    BackupCommands(ElanusSession session, String text) {
        this.session = session;
        this.text = text;
    }

    static List<ResultColumn> columns(Statement statement) {
        return switch (statement) {
            case Statement.Backup _ ->
                List.of(Compiled.text("table_name"), number("row_count"), number("files"), number("bytes"), time());
            case Statement.ShowBackups _ ->
                List.of(Compiled.text("place"), time(), number("tables"), number("row_count"), number("bytes"));
            default -> List.of(Compiled.text("table_name"), number("row_count"));
        };
    }

    private static ResultColumn number(String name) {
        return new ResultColumn(name, ColumnType.Simple.BIGINT, true, List.of());
    }

    private static ResultColumn time() {
        return new ResultColumn("taken_at", ColumnType.Simple.TIMESTAMP_TZ, true, List.of());
    }

    Running backup(Statement.Backup backup, RunOptions options) {
        boolean roles = roles(backup.options());
        var plan = BackupPlan.of(
                backup, roles, place(backup.place()), session.sessions().view(), session.value(Setting.SCHEMA), text);
        Execution execution = begin(options);
        var run = new BackupRun(
                plan, storage(), session.sessions().services().tables(), execution.context(), ElanusSession.PRODUCT);
        return job(execution, columns(backup), () -> rows(run.run()), run::filesDone);
    }

    Running restore(Statement.Restore restore, RunOptions options) {
        session.refuseReadOnly();
        boolean roles = roles(restore.options());
        var plan = RestorePlan.of(restore, roles, place(restore.place()), session.value(Setting.SCHEMA), text);
        Execution execution = begin(options);
        var run = new RestoreRun(plan, storage(), session.sessions().services().tables(), execution.context());
        return job(
                execution,
                columns(restore),
                () -> run.run().stream()
                        .<List<@Nullable Object>>map(
                                table -> List.of(table.name().toString(), table.rows()))
                        .toList(),
                run::filesDone);
    }

    Running show(Statement.ShowBackups show, RunOptions options) {
        Place place = place(show.place());
        return job(
                begin(options),
                columns(show),
                () -> BackupList.read(storage(), place).stream()
                        .<List<@Nullable Object>>map(entry -> List.of(
                                entry.place(),
                                taken(entry.manifest()),
                                (long) entry.manifest().getTablesCount(),
                                entry.rows(),
                                entry.bytes()))
                        .toList(),
                () -> 0);
    }

    /// @param done how many files
    private Running job(
            Execution execution,
            List<ResultColumn> columns,
            Supplier<List<List<@Nullable Object>>> work,
            LongSupplier done) {
        String queryId = execution.context().queryId();
        BufferAllocator results = session.sessions().services().allocator();
        return new WorkRun(
                execution,
                new WorkRun.Work(
                        () -> new RowsRun(queryId, -1, results, columns, work.get()),
                        () -> new Running.Progress(done.getAsLong(), 0),
                        () -> {}));
    }

    /// The one option: whether users, roles and grants come too.
    private static boolean roles(List<Option> options) {
        boolean roles = true;
        for (Option option : options) {
            String value = option.value().toLowerCase(Locale.ROOT);
            if (!option.name().equals("roles") || !FLAGS.contains(value)) {
                throw new QueryException(
                        ErrorCode.INVALID_PARAMETER,
                        "There is no option [%s] with value [%s].".formatted(option.name(), option.value()),
                        "BACKUP and RESTORE take: WITH (roles on), WITH (roles off).");
            }
            roles = value.equals("on") || value.equals("true");
        }
        return roles;
    }

    private Place place(String given) {
        return Place.of(given, session.sessions().services().limits().copyFolders());
    }

    private BulkStorage storage() {
        return session.sessions().services().maintenance().storage();
    }

    private Execution begin(RunOptions options) {
        return session.begin(text, List.of(), options, Map.of(), false);
    }

    private static Object taken(BackupManifest manifest) {
        return HybridTime.instant(manifest.getTs()).atOffset(ZoneOffset.UTC);
    }

    private static List<List<@Nullable Object>> rows(BackupManifest manifest) {
        return manifest.getTablesList().stream()
                .<List<@Nullable Object>>map((BackupTable table) -> List.of(
                        table.getSchema().getSchemaName() + "."
                                + table.getSchema().getName(),
                        table.getRows(),
                        (long) table.getFilesCount(),
                        table.getFilesList().stream()
                                .mapToLong(BackupFile::getBytes)
                                .sum(),
                        taken(manifest)))
                .toList();
    }
}
