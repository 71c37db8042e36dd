package io.elanus.sql.backup;

import io.elanus.cluster.proxy.TableAccess;
import io.elanus.proto.grpc.AlterTable;
import io.elanus.proto.grpc.BackupTable;
import io.elanus.proto.grpc.CreateIndex;
import io.elanus.proto.grpc.CreateTable;
import io.elanus.proto.grpc.DdlRequest;
import io.elanus.proto.grpc.DropTable;
import io.elanus.proto.grpc.IndexSchema;
import io.elanus.sql.bulk.BulkStorage;
import io.elanus.sql.bulk.SegmentImport;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.QueryContext;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.segment.SegmentAssembler;
import io.elanus.storage.type.SchemaProtos;
import io.elanus.storage.type.Shard;
import io.elanus.storage.type.TableName;
import io.elanus.storage.type.TableSchema;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// One table of a RESTORE: under a name that nobody uses until [#publish].
final class TableRestore {
    private final BackupTable backup;
    private final TableName target;
    private final BulkStorage storage;
    private final TableAccess tables;
    private final QueryContext context;
    private TableName name;
    private long rows;

    /// @param hidden the name it has until it is published
    TableRestore(
            RestorePlan.Target wanted, String hidden, BulkStorage storage, TableAccess tables, QueryContext context) {
        this.backup = wanted.table();
        this.target = wanted.name();
        this.name = new TableName(target.schema(), hidden);
        this.storage = storage;
        this.tables = tables;
        this.context = context;
    }

    TableName target() {
        return target;
    }

    long rows() {
        return rows;
    }

    long oldId() {
        return backup.getSchema().getTableId();
    }

    /// Makes the table with all its rows, and its indexes.
    void make(ObjectStore from, long readTs) {
        TableSchema source = SchemaProtos.fromProto(backup.getSchema());
        create(source);
        TableSchema made = table();
        checkShards(source, made);
        var stored = new StoredSegments(from, source, backup.getSegmentsList());
        var segments = new SegmentImport(storage, tables, made, context);
        for (int i = 0; i < made.shards().size(); i++) {
            Shard shard = made.shards().get(i);
            String vchannel = source.shards().get(i).vchannel();
            for (long partition : stored.partitions(vchannel)) {
                try (SegmentAssembler assembler = segments.assembler(partition)) {
                    stored.forEach(vchannel, partition, context.allocator(), segment -> {
                        rows += assembler.add(segment, readTs, context::cancelled);
                        context.check();
                    });
                    segments.add(shard, assembler.finish());
                }
            }
        }
        if (rows != backup.getRows()) {
            throw new QueryException(
                    ErrorCode.CORRUPT,
                    "Table [%s] had [%d] rows when it was backed up, and [%d] are in the backup's files."
                            .formatted(source.name(), backup.getRows(), rows),
                    "Nothing was restored. Use another backup.");
        }
        segments.commit();
        indexes(made);
    }

    private void create(TableSchema source) {
        var schema = backup.getSchema().toBuilder().setSchemaName(name.schema()).setName(name.table());
        long known = Long.parseLong(source.options().getOrDefault(TableAccess.KEYS_ABOVE, "0"));
        long lastKey = Math.max(known, backup.getLastKey());
        if (lastKey > 0) {
            schema.putOptions(TableAccess.KEYS_ABOVE, Long.toString(lastKey));
        }
        execute(DdlRequest.newBuilder()
                .setCreateTable(CreateTable.newBuilder()
                        .setTable(schema)
                        .setShardCount(source.shards().size()))
                .build());
    }

    /// Segments stay in their hash range.
    private static void checkShards(TableSchema source, TableSchema made) {
        for (int i = 0; i < source.shards().size(); i++) {
            Shard before = source.shards().get(i);
            Shard now = made.shards().get(i);
            if (before.hashFrom() != now.hashFrom() || before.hashTo() != now.hashTo()) {
                throw new QueryException(
                        ErrorCode.FEATURE_NOT_SUPPORTED,
                        "The shards of table [%s] hold other hashes here than in the backup.".formatted(source.name()));
            }
        }
    }

    private void indexes(TableSchema made) {
        Set<String> taken = tables.catalog().indexes().stream()
                .filter(index -> schemaOf(index).equals(target.schema()))
                .map(IndexSchema::getName)
                .collect(Collectors.toSet());
        for (IndexSchema index : backup.getIndexesList()) {
            String free = index.getName();
            for (int i = 1; !taken.add(free); i++) {
                free = index.getName() + "_" + i;
            }
            execute(DdlRequest.newBuilder()
                    .setCreateIndex(CreateIndex.newBuilder()
                            .setIndex(
                                    index.toBuilder().setTableId(made.tableId()).setName(free)))
                    .build());
        }
    }

    private String schemaOf(IndexSchema index) {
        return tables.catalog().tables().values().stream()
                .filter(table -> table.tableId() == index.getTableId())
                .map(table -> table.name().schema())
                .findFirst()
                .orElse("");
    }

    /// Gives the table its name, and returns its new id.
    long publish() {
        TableSchema made = table();
        execute(DdlRequest.newBuilder()
                .setAlterTable(AlterTable.newBuilder()
                        .setTableId(made.tableId())
                        .setBaseVersion(made.version())
                        .setTable(SchemaProtos.toProto(made).toBuilder()
                                .setSchemaName(target.schema())
                                .setName(target.table())))
                .build());
        name = target;
        return made.tableId();
    }

    /// Takes it back, whatever there is of it.
    void drop() {
        tables.execute(DdlRequest.newBuilder()
                        .setDropTable(DropTable.newBuilder()
                                .setSchemaName(name.schema())
                                .setName(name.table())
                                .setIfExists(true)
                                .setCascade(true))
                        .build())
                .join();
    }

    private TableSchema table() {
        return tables.catalog()
                .findTable(name)
                .orElseThrow(() -> new QueryException(
                        ErrorCode.CONFLICT, "Table [%s] was dropped while it was restored.".formatted(name)));
    }

    private void execute(DdlRequest request) {
        context.await(tables.execute(request));
    }

    static void checkFree(List<RestorePlan.Target> targets, TableAccess tables) {
        for (RestorePlan.Target wanted : targets) {
            if (tables.catalog().findTable(wanted.name()).isPresent()
                    || tables.catalog().findView(wanted.name()).isPresent()) {
                throw new QueryException(
                        ErrorCode.DUPLICATE_TABLE,
                        "[%s] exists already.".formatted(wanted.name()),
                        "Drop it, or restore under another name: RESTORE TABLE name AS other_name FROM 'place'.");
            }
        }
    }
}
