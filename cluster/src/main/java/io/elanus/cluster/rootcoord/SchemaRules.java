package io.elanus.cluster.rootcoord;

import io.elanus.cluster.ClusterException;
import io.elanus.proto.grpc.CreateSchema;
import io.elanus.proto.grpc.DropSchema;
import io.elanus.proto.grpc.TableSchema;
import io.elanus.proto.grpc.ViewSchema;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.Views;
import java.util.HashSet;
import java.util.List;

/// CREATE and DROP SCHEMA. Pure; refusals are thrown as [ClusterException].
final class SchemaRules {
    /// Leaves room in one transaction for the statement's own records.
    static final int MAX_DROPPED = 100;

    private SchemaRules() {}

    static DdlRules.Outcome create(DdlDraft draft, CreateSchema create) {
        if (draft.before().schemas().contains(create.getName())) {
            if (create.getIfNotExists()) {
                return draft.nothing();
            }
            throw new ClusterException(
                    ErrorCode.DUPLICATE_SCHEMA, "Schema [%s] exists already.".formatted(create.getName()));
        }
        draft.createSchema(create.getName());
        return draft.done(draft.newId());
    }

    static DdlRules.Outcome drop(DdlDraft draft, DropSchema drop) {
        String name = drop.getName();
        if (!draft.before().schemas().contains(name)) {
            if (drop.getIfExists()) {
                return draft.nothing();
            }
            throw undefined(name);
        }
        List<TableSchema> tables = draft.before().tables().values().stream()
                .filter(table -> table.getSchemaName().equals(name))
                .toList();
        List<ViewSchema> views = ViewRules.ofSchema(draft.before(), name);
        int held = tables.size() + views.size();
        if (held > 0 && !drop.getCascade()) {
            throw new ClusterException(
                    ErrorCode.DEPENDENT_OBJECTS,
                    "Schema [%s] holds [%d] tables and views. Drop them first, or add CASCADE.".formatted(name, held));
        }
        dropContents(draft, tables, views);
        if (draft.writeCount() > MAX_DROPPED) {
            throw new ClusterException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "Schema [%s] holds more tables and indexes than one statement drops, which is [%d]. Drop some of its tables first."
                            .formatted(name, MAX_DROPPED));
        }
        draft.dropSchema(name);
        return draft.done(draft.newId());
    }

    /// With the views of other schemas that read them.
    private static void dropContents(DdlDraft draft, List<TableSchema> tables, List<ViewSchema> views) {
        var gone = new HashSet<Long>();
        tables.forEach(table -> gone.add(table.getTableId()));
        views.forEach(view -> gone.add(view.getViewId()));
        draft.dropViews(views);
        draft.dropViews(Views.readersOf(draft.after().views().values(), gone));
        tables.forEach(table -> TableRules.drop(draft, table));
    }

    static void require(CatalogState catalog, String name) {
        if (!catalog.schemas().contains(name)) {
            throw undefined(name);
        }
    }

    private static ClusterException undefined(String name) {
        return new ClusterException(ErrorCode.UNDEFINED_SCHEMA, "Schema [%s] does not exist.".formatted(name));
    }
}
