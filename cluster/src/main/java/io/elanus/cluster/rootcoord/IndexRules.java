package io.elanus.cluster.rootcoord;

import io.elanus.cluster.ClusterException;
import io.elanus.proto.grpc.AddIndexRequest;
import io.elanus.proto.grpc.CreateIndex;
import io.elanus.proto.grpc.DdlStep;
import io.elanus.proto.grpc.DropIndex;
import io.elanus.proto.grpc.IndexSchema;
import io.elanus.proto.grpc.RemoveIndexRequest;
import io.elanus.proto.grpc.TableSchema;
import io.elanus.storage.ErrorCode;

/// CREATE and DROP INDEX. Pure; refusals are thrown as [ClusterException].
final class IndexRules {
    private IndexRules() {}

    static DdlRules.Outcome create(DdlDraft draft, CreateIndex create) {
        IndexSchema asked = create.getIndex();
        TableSchema table = TableRules.require(draft.before(), asked.getTableId());
        if (draft.before().findIndex(table.getSchemaName(), asked.getName()).isPresent()) {
            if (create.getIfNotExists()) {
                return draft.nothing();
            }
            throw new ClusterException(
                    ErrorCode.DUPLICATE_OBJECT, "Index [%s] exists already.".formatted(asked.getName()));
        }
        if (table.getColumnsList().stream().noneMatch(column -> column.getId() == asked.getColumnId())) {
            throw new ClusterException(
                    ErrorCode.UNDEFINED_COLUMN,
                    "Table [%s] has no column with id [%d].".formatted(table.getName(), asked.getColumnId()));
        }
        IndexSchema index = asked.toBuilder().setIndexId(draft.newId()).build();
        draft.createIndex(index);
        draft.pending()
                .setTableId(table.getTableId())
                .setHidesIndexId(index.getIndexId())
                .addSteps(DdlStep.newBuilder()
                        .setAddIndex(AddIndexRequest.newBuilder().setIndex(index)));
        return draft.done(index.getIndexId());
    }

    static DdlRules.Outcome drop(DdlDraft draft, DropIndex drop) {
        IndexSchema index =
                draft.before().findIndex(drop.getSchemaName(), drop.getName()).orElse(null);
        if (index == null) {
            if (drop.getIfExists()) {
                return draft.nothing();
            }
            throw new ClusterException(
                    ErrorCode.UNDEFINED_OBJECT,
                    "Index [%s.%s] does not exist.".formatted(drop.getSchemaName(), drop.getName()));
        }
        draft.pending().setTableId(index.getTableId());
        drop(draft, index);
        return draft.done(index.getIndexId());
    }

    static void drop(DdlDraft draft, IndexSchema index) {
        draft.dropIndex(index.getIndexId());
        draft.pending()
                .addSteps(DdlStep.newBuilder()
                        .setRemoveIndex(RemoveIndexRequest.newBuilder().setIndexId(index.getIndexId())));
    }
}
