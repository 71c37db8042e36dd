package io.elanus.sql.flight;

import com.google.protobuf.ByteString;
import io.elanus.sql.session.PreparedQuery.ResultColumn;
import io.elanus.storage.segment.MemoryChannel;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.TableName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.arrow.flight.sql.FlightSqlColumnMetadata;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/// The Arrow schemas that clients see: the mapping of [ArrowTypes], and Flight SQL's column metadata.
final class ResultSchemas {
    static final String CATALOG = "elanus";

    private ResultSchemas() {}

    static Schema of(List<ResultColumn> columns) {
        return new Schema(columns.stream().map(ResultSchemas::field).toList());
    }

    private static Field field(ResultColumn column) {
        Field plain = ArrowTypes.field(column.name(), column.type());
        Optional<TableName> table = column.origin().size() >= 3
                ? Optional.of(new TableName(
                        column.origin().get(column.origin().size() - 3),
                        column.origin().get(column.origin().size() - 2)))
                : Optional.empty();
        return described(plain, column.nullable(), column.type(), table, false);
    }

    /// Of a table's columns.
    static Schema of(TableName table, List<Column> columns) {
        return new Schema(columns.stream()
                .map(column -> described(
                        ArrowTypes.field(column),
                        column.nullable(),
                        column.type(),
                        Optional.of(table),
                        column.generated()))
                .toList());
    }

    static Schema ofParameters(List<ColumnType> types) {
        return new Schema(IntStream.range(0, types.size())
                .mapToObj(i -> described(
                        ArrowTypes.field("parameter_" + (i + 1), types.get(i)),
                        true,
                        types.get(i),
                        Optional.empty(),
                        false))
                .toList());
    }

    private static Field described(
            Field plain, boolean nullable, ColumnType type, Optional<TableName> table, boolean generated) {
        var description = new FlightSqlColumnMetadata.Builder()
                .typeName(type.sql())
                .isAutoIncrement(generated)
                .isCaseSensitive(type instanceof ColumnType.Varchar)
                .isReadOnly(table.isEmpty())
                .isSearchable(true);
        if (type instanceof ColumnType.Decimal(int precision, int scale)) {
            description.precision(precision).scale(scale);
        }
        table.ifPresent(name ->
                description.catalogName(CATALOG).schemaName(name.schema()).tableName(name.table()));
        var metadata = new HashMap<>(plain.getMetadata());
        metadata.putAll(description.build().getMetadataMap());
        return new Field(
                plain.getName(), new FieldType(nullable, plain.getType(), null, metadata), plain.getChildren());
    }

    /// As an IPC message.
    static ByteString bytes(Schema schema) {
        var out = new ByteArrayOutputStream();
        try {
            MessageSerializer.serialize(new WriteChannel(MemoryChannel.to(out)), schema);
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        }
        return ByteString.copyFrom(out.toByteArray());
    }
}
