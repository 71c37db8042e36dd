package io.elanus.storage.type;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/// The one mapping from a column type to its Arrow field.
///
/// | SQL | Arrow |
/// |---|---|
/// | BOOLEAN, TINYINT … BIGINT, REAL, DOUBLE | Bool, Int 8 … 64, Float 32, 64 |
/// | DECIMAL(p, s) | Decimal 128 |
/// | VARCHAR, JSON | Utf8 |
/// | VARBINARY | Binary |
/// | DATE, TIME, TIMESTAMP, TIMESTAMP WITH TIME ZONE | Date day, Time micro, Timestamp micro, Timestamp micro UTC |
/// | UUID | FixedSizeBinary 16, big endian |
/// | item ARRAY | List |
/// | VECTOR(n), VECTOR(n, INT8) | FixedSizeList of non-null Float 32, Int 8 |
/// | VECTOR(n, FLOAT16), (n, BFLOAT16), (n, BINARY) | FixedSizeBinary of the packed elements |
/// | VECTOR(n, SPARSE) | Binary, packed as [SparseVector] says |
///
/// The child vector of a VECTOR holds a slot for NULL rows too, so row i always starts at byte i ×
/// [ColumnType.Vector#bytes()].
public final class ArrowTypes {
    /// Field metadata that carries the column id.
    public static final String COLUMN_ID = "elanus.column";
    /// Field metadata that carries the SQL type.
    public static final String SQL_TYPE = "elanus.type";

    private ArrowTypes() {}

    public static Schema schema(List<Column> columns) {
        return new Schema(columns.stream().map(ArrowTypes::field).toList());
    }

    /// The id of the column that a field of a batch of rows stands for.
    ///
    /// @throws StorageException INTERNAL when it carries none
    public static int columnId(Field field) {
        String id = field.getMetadata().get(COLUMN_ID);
        if (id == null) {
            throw new StorageException(
                    ErrorCode.INTERNAL,
                    "Column [%s] of a batch of rows carries no column id. Make its field from the table's schema."
                            .formatted(field.getName()));
        }
        return Integer.parseInt(id);
    }

    public static Field field(Column column) {
        return field(
                column.name(),
                column.type(),
                column.nullable(),
                Map.of(
                        COLUMN_ID,
                        Integer.toString(column.id()),
                        SQL_TYPE,
                        column.type().sql()));
    }

    /// A field that belongs to no table: a column of a result.
    public static Field field(String name, ColumnType type) {
        return field(name, type, true, Map.of(SQL_TYPE, type.sql()));
    }

    private static Field field(String name, ColumnType type, boolean nullable, Map<String, String> metadata) {
        return new Field(name, new FieldType(nullable, arrow(type), null, metadata), children(type));
    }

    public static ArrowType arrow(ColumnType type) {
        return switch (type) {
            case ColumnType.Simple simple -> arrow(simple);
            case ColumnType.Decimal(int precision, int scale) -> new ArrowType.Decimal(precision, scale, 128);
            case ColumnType.Varchar _ -> ArrowType.Utf8.INSTANCE;
            case ColumnType.Array _ -> ArrowType.List.INSTANCE;
            case ColumnType.Vector vector ->
                switch (vector.element()) {
                    case FLOAT32, INT8 -> new ArrowType.FixedSizeList(vector.dimension());
                    case FLOAT16, BFLOAT16, BINARY -> new ArrowType.FixedSizeBinary(vector.bytes());
                    case SPARSE -> ArrowType.Binary.INSTANCE;
                };
        };
    }

    private static ArrowType arrow(ColumnType.Simple type) {
        return switch (type) {
            case BOOLEAN -> ArrowType.Bool.INSTANCE;
            case TINYINT -> new ArrowType.Int(8, true);
            case SMALLINT -> new ArrowType.Int(16, true);
            case INTEGER -> new ArrowType.Int(32, true);
            case BIGINT -> new ArrowType.Int(64, true);
            case REAL -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
            case DOUBLE -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
            case VARBINARY -> ArrowType.Binary.INSTANCE;
            case DATE -> new ArrowType.Date(DateUnit.DAY);
            case TIME -> new ArrowType.Time(TimeUnit.MICROSECOND, 64);
            case TIMESTAMP -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, null);
            case TIMESTAMP_TZ -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC");
            case UUID -> new ArrowType.FixedSizeBinary(16);
            case JSON -> ArrowType.Utf8.INSTANCE;
        };
    }

    private static List<Field> children(ColumnType type) {
        return switch (type) {
            case ColumnType.Array(ColumnType item) -> List.of(field("item", item, true, Map.of()));
            case ColumnType.Vector vector
            when vector.element() == VectorElement.FLOAT32 ->
                List.of(field("element", ColumnType.Simple.REAL, false, Map.of()));
            case ColumnType.Vector vector
            when vector.element() == VectorElement.INT8 ->
                List.of(field("element", ColumnType.Simple.TINYINT, false, Map.of()));
            case ColumnType.Simple _, ColumnType.Decimal _, ColumnType.Varchar _, ColumnType.Vector _ -> List.of();
        };
    }
}
