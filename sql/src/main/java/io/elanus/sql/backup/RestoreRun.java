package io.elanus.sql.backup;

import io.elanus.cluster.proxy.TableAccess;
import io.elanus.proto.grpc.BackupFile;
import io.elanus.proto.grpc.BackupManifest;
import io.elanus.proto.grpc.CreateSchema;
import io.elanus.proto.grpc.CreateView;
import io.elanus.proto.grpc.DdlRequest;
import io.elanus.proto.grpc.ViewReference;
import io.elanus.proto.grpc.ViewSchema;
import io.elanus.sql.bulk.BulkStorage;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.QueryContext;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.type.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/// One RESTORE. Belongs to one thread; [#filesDone] from any.
public final class RestoreRun {
    private final RestorePlan plan;
    private final BulkStorage storage;
    private final TableAccess tables;
    private final QueryContext context;
    private final AtomicLong files = new AtomicLong();

    /// A table that is back.
    public record Restored(TableName name, long rows) {}

    public RestoreRun(RestorePlan plan, BulkStorage storage, TableAccess tables, QueryContext context) {
        this.plan = plan;
        this.storage = storage;
        this.tables = tables;
        this.context = context;
    }

    /// Files that were checked.
    public long filesDone() {
        return files.get();
    }

    public List<Restored> run() {
        try (ObjectStore from = storage.open(plan.place())) {
            BackupManifest backup =
                    ManifestObject.load(from, ManifestObject.KEY, plan.place().text());
            RestorePlan.Choice choice = plan.choose(backup);
            TableRestore.checkFree(choice.tables(), tables);
            checkViews(choice);
            for (RestorePlan.Target target : choice.tables()) {
                for (BackupFile file : target.table().getFilesList()) {
                    context.check();
                    ObjectCopy.verify(from, file, plan.place().text());
                    files.incrementAndGet();
                }
            }
            var access = new AccessRestore(
                    backup, plan.roles() && plan.scope() == Statement.Scope.DATABASE, tables::catalog, this::execute);
            return restore(from, backup.getTs(), choice, access);
        }
    }

    private List<Restored> restore(ObjectStore from, long readTs, RestorePlan.Choice choice, AccessRestore access) {
        String hidden = "restoring_" + UUID.randomUUID().toString().substring(0, 8) + "_";
        var made = new ArrayList<TableRestore>();
        try {
            access.createRoles();
            choice.schemas().forEach(schema -> createSchema(schema, access.ownerOf(schema)));
            for (RestorePlan.Target target : choice.tables()) {
                var table = new TableRestore(target, hidden + made.size(), storage, tables, context);
                made.add(table);
                table.make(from, readTs);
            }
            Map<Long, Long> ids = new HashMap<>();
            made.forEach(table -> ids.put(table.oldId(), table.publish()));
            views(choice.views(), ids);
            access.grant(ids);
        } catch (RuntimeException e) { // whatever it was, nothing stays half restored
            made.forEach(table -> undo(table::drop, e));
            undo(() -> access.undo(request -> tables.execute(request).join()), e);
            throw e;
        }
        return made.stream()
                .map(table -> new Restored(table.target(), table.rows()))
                .toList();
    }

    private static void undo(Runnable step, RuntimeException because) {
        try {
            step.run();
        } catch (RuntimeException e) { // the first error is the one to report
            because.addSuppressed(e);
        }
    }

    private void createSchema(String name, String owner) {
        execute(DdlRequest.newBuilder()
                .setCreateSchema(CreateSchema.newBuilder().setName(name).setIfNotExists(true))
                .setRole(owner)
                .build());
    }

    private void checkViews(RestorePlan.Choice choice) {
        Set<Long> there = new HashSet<>();
        choice.tables().forEach(target -> there.add(target.table().getSchema().getTableId()));
        choice.views().forEach(view -> there.add(view.getViewId()));
        for (ViewSchema view : choice.views()) {
            var name = new TableName(view.getSchemaName(), view.getName());
            if (tables.catalog().findTable(name).isPresent()
                    || tables.catalog().findView(name).isPresent()) {
                throw new QueryException(ErrorCode.DUPLICATE_TABLE, "[%s] exists already.".formatted(name));
            }
            if (!view.getReferencesList().stream().allMatch(reference -> there.contains(reference.getRelationId()))) {
                throw new QueryException(
                        ErrorCode.DEPENDENT_OBJECTS,
                        "View [%s] reads tables that are not restored with it.".formatted(name),
                        "Restore their schemas too, or the tables only.");
            }
        }
    }

    /// Views may read each other: whichever has all that it reads is next.
    ///
    /// @param ids from the backup's to the new ones
    private void views(List<ViewSchema> views, Map<Long, Long> ids) {
        var left = new ArrayList<>(views);
        while (!left.isEmpty()) {
            ViewSchema next = left.stream()
                    .filter(view -> view.getReferencesList().stream()
                            .allMatch(reference -> ids.containsKey(reference.getRelationId())))
                    .findFirst()
                    .orElseThrow(() -> new QueryException(
                            ErrorCode.CORRUPT, "The views of the backup read each other in a circle."));
            left.remove(next);
            var view = next.toBuilder().clearReferences();
            for (ViewReference reference : next.getReferencesList()) {
                view.addReferences(
                        reference.toBuilder().setRelationId(ids.getOrDefault(reference.getRelationId(), 0L)));
            }
            long id = execute(DdlRequest.newBuilder()
                    .setCreateView(CreateView.newBuilder().setView(view))
                    .build());
            ids.put(next.getViewId(), id);
        }
    }

    private long execute(DdlRequest request) {
        return context.await(tables.execute(request)).getObjectId();
    }
}
