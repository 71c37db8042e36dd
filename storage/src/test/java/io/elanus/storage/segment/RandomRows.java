package io.elanus.storage.segment;

import com.google.protobuf.ByteString;
import io.elanus.proto.grpc.Literal;
import io.elanus.proto.grpc.LiteralList;
import io.elanus.storage.segment.column.ColumnBuffer;
import io.elanus.storage.segment.column.ColumnLayout;
import io.elanus.storage.segment.column.LiteralColumn;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import io.elanus.storage.type.SparseVector;
import io.elanus.storage.type.TableName;
import io.elanus.storage.type.TableSchema;
import io.elanus.storage.type.VectorElement;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;

/// A table with a column of every type, and random rows for it.
final class RandomRows {
    static final List<ColumnType> KEY_TYPES =
            List.of(Simple.BIGINT, Simple.INTEGER, Simple.UUID, new ColumnType.Varchar(100));

    private RandomRows() {}

    static TableSchema everyType(ColumnType keyType) {
        List<ColumnType> types = new ArrayList<>(List.of(Simple.values()));
        types.add(new ColumnType.Decimal(38, 5));
        types.add(new ColumnType.Varchar(40));
        types.add(new ColumnType.Array(Simple.INTEGER));
        types.add(new ColumnType.Array(Simple.BOOLEAN));
        types.add(new ColumnType.Array(new ColumnType.Varchar(10)));
        for (VectorElement element : VectorElement.values()) {
            types.add(new ColumnType.Vector(8, element));
        }
        types.add(new ColumnType.Vector(24, VectorElement.FLOAT32));
        types.add(new ColumnType.Vector(72, VectorElement.INT8));
        List<Column> columns = new ArrayList<>();
        columns.add(Column.key(1, "id", keyType));
        for (ColumnType type : types) {
            columns.add(Column.of(columns.size() + 1, "c" + (columns.size() + 1), type));
        }
        return table(1, columns);
    }

    static TableSchema table(int version, List<Column> columns) {
        return new TableSchema(7, new TableName("public", "t"), version, columns, 1, List.of(), Map.of());
    }

    /// A literal of the n-th key.
    static Literal key(ColumnType type, int n) {
        var literal = Literal.newBuilder();
        return switch (type) {
            case Simple.UUID -> {
                byte[] uuid = new byte[16];
                for (int i = 0; i < 4; i++) {
                    uuid[15 - i] = (byte) (n >>> (8 * i));
                }
                uuid[0] = (byte) (n * 31);
                yield literal.setBinary(ByteString.copyFrom(uuid)).build();
            }
            case ColumnType.Varchar _ ->
                literal.setText("key-" + "é".repeat(n % 40) + n).build();
            default -> literal.setInt64(n % 2 == 0 ? n : -n).build();
        };
    }

    static VectorSchemaRoot batch(
            TableSchema schema, List<Integer> keys, RandomGenerator random, BufferAllocator allocator) {
        List<Field> fields = new ArrayList<>();
        List<FieldVector> vectors = new ArrayList<>();
        for (Column column : schema.columns()) {
            Field field = ArrowTypes.field(column);
            try (var buffer = new ColumnBuffer(ColumnLayout.of(column.type()), allocator, 0)) {
                for (int key : keys) {
                    boolean isKey = column.id() == schema.keyColumnId();
                    LiteralColumn.append(
                            buffer, column.type(), isKey ? key(column.type(), key) : value(column.type(), random));
                }
                vectors.add(buffer.toVector(field));
            }
            fields.add(field);
        }
        return new VectorSchemaRoot(fields, vectors, keys.size());
    }

    /// One row with the default of a column.
    static VectorSchemaRoot defaults(Column column, BufferAllocator allocator) {
        try (var buffer = new ColumnBuffer(ColumnLayout.of(column.type()), allocator, 0)) {
            Literal value = column.defaultValue()
                    .orElse(Literal.newBuilder().setNull(true).build());
            LiteralColumn.append(buffer, column.type(), value);
            Field field = ArrowTypes.field(column);
            return new VectorSchemaRoot(List.of(field), List.of(buffer.toVector(field)), 1);
        }
    }

    static Literal value(ColumnType type, RandomGenerator random) {
        var literal = Literal.newBuilder();
        if (random.nextInt(5) == 0) {
            return literal.setNull(true).build();
        }
        return switch (type) {
            case Simple simple -> value(simple, random);
            case ColumnType.Decimal decimal -> {
                BigInteger unscaled =
                        BigInteger.valueOf(random.nextLong()).multiply(BigInteger.valueOf(random.nextLong()));
                yield literal.setText(new BigDecimal(unscaled.shiftRight(16), decimal.scale()).toPlainString())
                        .build();
            }
            case ColumnType.Varchar _ -> literal.setText(text(random)).build();
            case ColumnType.Array(ColumnType item) -> {
                var items = LiteralList.newBuilder();
                for (int i = random.nextInt(4); i > 0; i--) {
                    items.addItems(value(item, random));
                }
                yield literal.setList(items).build();
            }
            case ColumnType.Vector vector
            when vector.sparse() ->
                literal.setBinary(ByteString.copyFrom(sparse(vector, random))).build();
            case ColumnType.Vector vector ->
                literal.setBinary(bytes(vector.bytes(), random)).build();
        };
    }

    private static byte[] sparse(ColumnType.Vector type, RandomGenerator random) {
        float[] elements = new float[type.dimension()];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = random.nextBoolean() ? 0 : random.nextFloat();
        }
        return SparseVector.pack(elements, type);
    }

    private static Literal value(Simple type, RandomGenerator random) {
        var literal = Literal.newBuilder();
        return switch (type) {
            case BOOLEAN -> literal.setBool(random.nextBoolean()).build();
            case TINYINT -> literal.setInt64((byte) random.nextInt()).build();
            case SMALLINT -> literal.setInt64((short) random.nextInt()).build();
            case INTEGER, DATE -> literal.setInt64(random.nextInt()).build();
            case BIGINT, TIMESTAMP, TIMESTAMP_TZ ->
                literal.setInt64(random.nextLong() >> 10).build();
            case TIME -> literal.setInt64(random.nextLong(86_400_000_000L)).build();
            case REAL -> literal.setFloat64(random.nextFloat()).build();
            case DOUBLE -> literal.setFloat64(random.nextGaussian()).build();
            case VARBINARY ->
                literal.setBinary(bytes(random.nextInt(20), random)).build();
            case UUID -> literal.setBinary(bytes(16, random)).build();
            case JSON -> literal.setText("{\"a\": \"" + text(random) + "\"}").build();
        };
    }

    private static String text(RandomGenerator random) {
        return "xé".repeat(random.nextInt(5)) + random.nextInt(1000);
    }

    private static ByteString bytes(int count, RandomGenerator random) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    /// The values of a row as text, with binary values in hex.
    static List<String> row(VectorSchemaRoot batch, int row) {
        List<String> values = new ArrayList<>();
        for (FieldVector vector : batch.getFieldVectors()) {
            Object value = vector.getObject(row);
            values.add(value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value));
        }
        return values;
    }
}
