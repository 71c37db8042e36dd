package io.elanus.storage.type;

import io.elanus.proto.grpc.ColumnSchema;
import io.elanus.proto.grpc.ColumnType.Kind;
import io.elanus.proto.grpc.PartitionSchema;
import io.elanus.proto.grpc.ShardRange;
import java.util.Optional;

/// Between the records of this package and their protobuf form.
public final class SchemaProtos {
    private SchemaProtos() {}

    public static io.elanus.proto.grpc.TableSchema toProto(TableSchema table) {
        var proto = io.elanus.proto.grpc.TableSchema.newBuilder()
                .setTableId(table.tableId())
                .setSchemaName(table.name().schema())
                .setName(table.name().table())
                .setVersion(table.version())
                .setKeyColumnId(table.keyColumnId())
                .putAllOptions(table.options());
        table.columns().forEach(column -> proto.addColumns(toProto(column)));
        table.shards()
                .forEach(shard -> proto.addShards(ShardRange.newBuilder()
                        .setHashFrom((int) shard.hashFrom())
                        .setHashTo((int) shard.hashTo())
                        .setVchannel(shard.vchannel())
                        .setPchannel(shard.pchannel())));
        table.partitioning().ifPresent(partitioning -> proto.setPartitioning(toProto(partitioning)));
        return proto.build();
    }

    private static io.elanus.proto.grpc.Partitioning toProto(Partitioning partitioning) {
        var proto = io.elanus.proto.grpc.Partitioning.newBuilder()
                .setMethod(io.elanus.proto.grpc.Partitioning.Method.valueOf(
                        partitioning.method().name()))
                .setColumnId(partitioning.columnId());
        partitioning
                .partitions()
                .forEach(partition -> proto.addPartitions(PartitionSchema.newBuilder()
                        .setId(partition.id())
                        .setName(partition.name())
                        .addAllValues(partition.values())));
        return proto.build();
    }

    private static Partitioning fromProto(io.elanus.proto.grpc.Partitioning proto) {
        return new Partitioning(
                Partitioning.Method.valueOf(proto.getMethod().name()),
                proto.getColumnId(),
                proto.getPartitionsList().stream()
                        .map(partition -> new Partitioning.Partition(
                                partition.getId(), partition.getName(), partition.getValuesList()))
                        .toList());
    }

    public static TableSchema fromProto(io.elanus.proto.grpc.TableSchema proto) {
        return new TableSchema(
                proto.getTableId(),
                new TableName(proto.getSchemaName(), proto.getName()),
                proto.getVersion(),
                proto.getColumnsList().stream().map(SchemaProtos::fromProto).toList(),
                proto.getKeyColumnId(),
                new Layout(
                        proto.getShardsList().stream()
                                .map(SchemaProtos::fromProto)
                                .toList(),
                        proto.hasPartitioning() ? Optional.of(fromProto(proto.getPartitioning())) : Optional.empty()),
                proto.getOptionsMap());
    }

    private static Shard fromProto(ShardRange shard) {
        return new Shard(
                Integer.toUnsignedLong(shard.getHashFrom()),
                Integer.toUnsignedLong(shard.getHashTo()),
                shard.getVchannel(),
                shard.getPchannel());
    }

    public static ColumnSchema toProto(Column column) {
        var proto = ColumnSchema.newBuilder()
                .setId(column.id())
                .setName(column.name())
                .setType(toProto(column.type()))
                .setNullable(column.nullable())
                .setGenerated(column.generated())
                .setHidden(column.hidden());
        column.defaultValue().ifPresent(proto::setDefaultValue);
        return proto.build();
    }

    public static Column fromProto(ColumnSchema proto) {
        return new Column(
                proto.getId(),
                proto.getName(),
                fromProto(proto.getType()),
                proto.getNullable(),
                proto.hasDefaultValue() ? Optional.of(proto.getDefaultValue()) : Optional.empty(),
                proto.getGenerated(),
                proto.getHidden());
    }

    public static io.elanus.proto.grpc.ColumnType toProto(ColumnType type) {
        var proto = io.elanus.proto.grpc.ColumnType.newBuilder();
        switch (type) {
            case ColumnType.Simple simple -> proto.setKind(Kind.valueOf(simple.name()));
            case ColumnType.Decimal(int precision, int scale) ->
                proto.setKind(Kind.DECIMAL).setPrecision(precision).setScale(scale);
            case ColumnType.Varchar(int maxLength) ->
                proto.setKind(Kind.VARCHAR).setMaxLength(maxLength);
            case ColumnType.Array(ColumnType item) -> proto.setKind(Kind.ARRAY).setItem(toProto(item));
            case ColumnType.Vector(int dimension, VectorElement element) ->
                proto.setKind(Kind.VECTOR)
                        .setDimension(dimension)
                        .setElement(io.elanus.proto.grpc.ColumnType.Element.valueOf(element.name()));
        }
        return proto.build();
    }

    public static ColumnType fromProto(io.elanus.proto.grpc.ColumnType proto) {
        return switch (proto.getKind()) {
            case DECIMAL -> new ColumnType.Decimal(proto.getPrecision(), proto.getScale());
            case VARCHAR -> new ColumnType.Varchar(proto.getMaxLength());
            case ARRAY -> new ColumnType.Array(fromProto(proto.getItem()));
            case VECTOR ->
                new ColumnType.Vector(
                        proto.getDimension(),
                        VectorElement.valueOf(proto.getElement().name()));
            case KIND_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("A column type without a kind: " + proto);
            default -> ColumnType.Simple.valueOf(proto.getKind().name());
        };
    }
}
