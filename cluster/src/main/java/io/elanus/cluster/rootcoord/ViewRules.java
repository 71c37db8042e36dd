package io.elanus.cluster.rootcoord;

import io.elanus.cluster.ClusterException;
import io.elanus.proto.grpc.ColumnSchema;
import io.elanus.proto.grpc.CreateView;
import io.elanus.proto.grpc.DropView;
import io.elanus.proto.grpc.TableSchema;
import io.elanus.proto.grpc.ViewReference;
import io.elanus.proto.grpc.ViewSchema;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.Views;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// CREATE and DROP VIEW, and what keeps views whole: what they read exists, and they do not read themselves. Pure;
/// refusals are thrown as [ClusterException].
final class ViewRules {
    static final int MAX_VIEWS = 10_000;

    private ViewRules() {}

    static DdlRules.Outcome create(DdlDraft draft, CreateView create) {
        ViewSchema asked = create.getView();
        CatalogState catalog = draft.before();
        SchemaRules.require(catalog, asked.getSchemaName());
        ViewSchema before =
                catalog.findView(asked.getSchemaName(), asked.getName()).orElse(null);
        if (before != null && create.getIfNotExists()) {
            return draft.nothing();
        }
        ViewSchema view = asked.toBuilder()
                .setViewId(before == null ? draft.newId() : before.getViewId())
                .build();
        check(catalog, before, view, create.getReplace());
        if (before == null) {
            draft.createView(view);
        } else {
            draft.replaceView(view);
        }
        return draft.done(view.getViewId());
    }

    static DdlRules.Outcome drop(DdlDraft draft, DropView drop) {
        CatalogState catalog = draft.before();
        ViewSchema view = catalog.findView(drop.getSchemaName(), drop.getName()).orElse(null);
        if (view == null) {
            if (drop.getIfExists()) {
                return draft.nothing();
            }
            throw TableRules.undefined(drop.getSchemaName() + "." + drop.getName());
        }
        List<ViewSchema> readers = Views.readersOf(catalog.views().values(), Set.of(view.getViewId()));
        refuse(readers, drop.getCascade(), "View [%s]".formatted(view.getName()));
        draft.dropViews(readers);
        draft.dropViews(List.of(view));
        return draft.done(view.getViewId());
    }

    /// Tables and views share their names.
    static void refuseName(CatalogState catalog, String schema, String name) {
        catalog.findView(schema, name).ifPresent(view -> {
            throw new ClusterException(
                    ErrorCode.DUPLICATE_TABLE, "[%s.%s] exists already and is a view.".formatted(schema, name));
        });
    }

    static List<ViewSchema> ofSchema(CatalogState catalog, String schema) {
        return catalog.views().values().stream()
                .filter(view -> view.getSchemaName().equals(schema))
                .toList();
    }

    /// May this view come into being, or take the place of the one before it?
    static void check(CatalogState catalog, @Nullable ViewSchema before, ViewSchema view, boolean replace) {
        String name = view.getSchemaName() + "." + view.getName();
        if (before != null && !replace) {
            throw new ClusterException(
                    ErrorCode.DUPLICATE_TABLE,
                    "View [%s] exists already. Write CREATE OR REPLACE VIEW.".formatted(name));
        }
        if (catalog.findTable(view.getSchemaName(), view.getName()).isPresent()) {
            throw new ClusterException(
                    ErrorCode.DUPLICATE_TABLE, "[%s] exists already and is a table.".formatted(name));
        }
        if (catalog.views().size() >= MAX_VIEWS) {
            throw new ClusterException(
                    ErrorCode.LIMIT_EXCEEDED, "There are [%d] views already, the limit.".formatted(MAX_VIEWS));
        }
        for (ViewReference reference : view.getReferencesList()) {
            checkThere(catalog, reference, name);
        }
        if (before == null) {
            return;
        }
        Views.unlike(before, view).ifPresent(why -> {
            throw new ClusterException(
                    ErrorCode.INVALID_TABLE_DEFINITION,
                    "View [%s] cannot be replaced: %s. DROP VIEW and create it again.".formatted(name, why));
        });
        if (Views.readsItself(catalog.views().values(), view)) {
            throw new ClusterException(
                    ErrorCode.INVALID_TABLE_DEFINITION, "View [%s] would read itself.".formatted(name));
        }
    }

    /// What the view was made for may have gone since.
    private static void checkThere(CatalogState catalog, ViewReference reference, String name) {
        TableSchema table = catalog.tables().get(reference.getRelationId());
        boolean there = table == null
                ? catalog.views().containsKey(reference.getRelationId())
                : reference.getColumnIdsList().stream()
                        .allMatch(id -> table.getColumnsList().stream().anyMatch(column -> column.getId() == id));
        if (!there) {
            throw new ClusterException(
                    ErrorCode.CONFLICT, "What view [%s] reads has just changed. Send it again.".formatted(name));
        }
    }

    /// Views that a change of the table breaks; refused without CASCADE. A name that changes breaks those that use
    /// it, as views keep their text.
    static List<ViewSchema> brokenBy(CatalogState catalog, TableSchema before, TableSchema after, boolean cascade) {
        boolean renamed = !before.getName().equals(after.getName())
                || !before.getSchemaName().equals(after.getSchemaName());
        if (renamed) {
            List<ViewSchema> readers = Views.readersOf(catalog.views().values(), Set.of(before.getTableId()));
            refuse(readers, false, "Table [%s]".formatted(before.getName()));
        }
        var kept = new HashSet<Integer>();
        var changed = new HashSet<Integer>();
        for (ColumnSchema column : after.getColumnsList()) {
            kept.add(column.getId());
            before.getColumnsList().stream()
                    .filter(old ->
                            old.getId() == column.getId() && !old.getName().equals(column.getName()))
                    .forEach(old -> changed.add(old.getId()));
        }
        var all = catalog.views().values();
        refuse(Views.readersOf(all, before.getTableId(), changed), false, "A column that is renamed");
        var gone = new HashSet<Integer>();
        before.getColumnsList().stream()
                .map(ColumnSchema::getId)
                .filter(id -> !kept.contains(id))
                .forEach(gone::add);
        List<ViewSchema> readers = Views.readersOf(all, before.getTableId(), gone);
        refuse(readers, cascade, "A column that is dropped");
        return readers;
    }

    /// Refuses what would break these views, but under CASCADE.
    static void refuse(List<ViewSchema> readers, boolean cascade, String what) {
        if (!readers.isEmpty() && !cascade) {
            throw new ClusterException(
                    ErrorCode.DEPENDENT_OBJECTS,
                    "%s is read by views [%s]. Drop them first, or add CASCADE.".formatted(what, Views.names(readers)));
        }
    }
}
