package io.elanus.sql.copy.parquet;

import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.VectorElement;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.DateType;
import org.apache.parquet.format.DecimalType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.IntType;
import org.apache.parquet.format.JsonType;
import org.apache.parquet.format.ListType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.MicroSeconds;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.StringType;
import org.apache.parquet.format.TimeType;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.format.TimestampType;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.UUIDType;
import org.apache.parquet.schema.MessageType;

/// The schema that a result is written with: every column optional; arrays and vectors as lists of the standard
/// three levels, the elements of vectors required.
///
/// | SQL | Parquet |
/// |---|---|
/// | BOOLEAN, REAL, DOUBLE | BOOLEAN, FLOAT, DOUBLE |
/// | TINYINT, SMALLINT, INTEGER, BIGINT | INT32 with its width, INT64 |
/// | DECIMAL(p, s) | FIXED_LEN_BYTE_ARRAY(16), decimal |
/// | VARCHAR, JSON, VARBINARY | BYTE_ARRAY: string, JSON, bare |
/// | DATE, TIME, TIMESTAMP, TIMESTAMP_TZ | INT32 date, INT64 of microseconds: time, timestamp, instant |
/// | UUID | FIXED_LEN_BYTE_ARRAY(16), UUID |
/// | VECTOR of FLOAT32, FLOAT16, BFLOAT16 | list of FLOAT |
/// | VECTOR of INT8; of BINARY | list of INT32 (8 bits); BYTE_ARRAY |
record WrittenSchema(MessageType message, List<SchemaElement> elements, List<Field> fields) {
    /// @param type of the column
    /// @param leaf type of what is written: the column's own, or that of its items
    /// @param listed is it written as a list?
    record Field(ColumnDescriptor descriptor, ColumnType type, ColumnType leaf, boolean listed) {
        boolean itemsOptional() {
            return type instanceof ColumnType.Array;
        }
    }

    private static final int WIDE = 16;

    static WrittenSchema of(List<PlanColumn> columns) {
        var elements = new ArrayList<SchemaElement>();
        elements.add(new SchemaElement("schema").setNum_children(columns.size()));
        List<String> names = unique(columns);
        for (int i = 0; i < columns.size(); i++) {
            add(elements, names.get(i), columns.get(i).type());
        }
        // Reading the elements back gives the column layer's form of them.
        MessageType message = FileSchema.of(elements).message();
        var fields = new ArrayList<Field>();
        for (int i = 0; i < columns.size(); i++) {
            ColumnType type = columns.get(i).type();
            boolean listed = listed(type);
            String[] path = listed ? new String[] {names.get(i), "list", "element"} : new String[] {names.get(i)};
            fields.add(new Field(message.getColumnDescription(path), type, leaf(type), listed));
        }
        return new WrittenSchema(message, elements, fields);
    }

    /// Parquet's names differ; a result's need not.
    private static List<String> unique(List<PlanColumn> columns) {
        var names = new ArrayList<String>();
        for (PlanColumn column : columns) {
            String name = column.name();
            for (int i = 2; names.contains(name); i++) {
                name = column.name() + "_" + i;
            }
            names.add(name);
        }
        return names;
    }

    private static boolean listed(ColumnType type) {
        return type instanceof ColumnType.Array
                || (type instanceof ColumnType.Vector vector
                        && vector.element() != VectorElement.BINARY
                        && !vector.sparse());
    }

    private static ColumnType leaf(ColumnType type) {
        return switch (type) {
            case ColumnType.Array(ColumnType item) -> item;
            case ColumnType.Vector vector ->
                switch (vector.element()) {
                    case FLOAT32, FLOAT16, BFLOAT16 -> ColumnType.Simple.REAL;
                    case INT8 -> ColumnType.Simple.TINYINT;
                    case BINARY -> ColumnType.Simple.VARBINARY;
                    case SPARSE -> new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);
                };
            case ColumnType.Simple _, ColumnType.Decimal _, ColumnType.Varchar _ -> type;
        };
    }

    private static void add(List<SchemaElement> elements, String name, ColumnType type) {
        if (!listed(type)) {
            elements.add(primitive(name, leaf(type)).setRepetition_type(FieldRepetitionType.OPTIONAL));
            return;
        }
        elements.add(new SchemaElement(name)
                .setRepetition_type(FieldRepetitionType.OPTIONAL)
                .setNum_children(1)
                .setConverted_type(ConvertedType.LIST)
                .setLogicalType(LogicalType.LIST(new ListType())));
        elements.add(new SchemaElement("list")
                .setRepetition_type(FieldRepetitionType.REPEATED)
                .setNum_children(1));
        elements.add(primitive("element", leaf(type))
                .setRepetition_type(
                        type instanceof ColumnType.Array
                                ? FieldRepetitionType.OPTIONAL
                                : FieldRepetitionType.REQUIRED));
    }

    private static SchemaElement primitive(String name, ColumnType type) {
        var element = new SchemaElement(name);
        return switch (type) {
            case ColumnType.Simple simple -> primitive(element, simple);
            case ColumnType.Varchar _ ->
                element.setType(Type.BYTE_ARRAY)
                        .setConverted_type(ConvertedType.UTF8)
                        .setLogicalType(LogicalType.STRING(new StringType()));
            case ColumnType.Decimal(int precision, int scale) ->
                element.setType(Type.FIXED_LEN_BYTE_ARRAY)
                        .setType_length(WIDE)
                        .setConverted_type(ConvertedType.DECIMAL)
                        .setPrecision(precision)
                        .setScale(scale)
                        .setLogicalType(LogicalType.DECIMAL(new DecimalType(scale, precision)));
            case ColumnType.Array _, ColumnType.Vector _ ->
                throw new IllegalArgumentException("A list has no place in a list: " + type);
        };
    }

    private static SchemaElement primitive(SchemaElement element, ColumnType.Simple type) {
        return switch (type) {
            case BOOLEAN -> element.setType(Type.BOOLEAN);
            case TINYINT -> integer(element, 8);
            case SMALLINT -> integer(element, 16);
            case INTEGER -> integer(element, 32);
            case BIGINT -> element.setType(Type.INT64);
            case REAL -> element.setType(Type.FLOAT);
            case DOUBLE -> element.setType(Type.DOUBLE);
            case VARBINARY -> element.setType(Type.BYTE_ARRAY);
            case JSON ->
                element.setType(Type.BYTE_ARRAY)
                        .setConverted_type(ConvertedType.JSON)
                        .setLogicalType(LogicalType.JSON(new JsonType()));
            case UUID ->
                element.setType(Type.FIXED_LEN_BYTE_ARRAY)
                        .setType_length(WIDE)
                        .setLogicalType(LogicalType.UUID(new UUIDType()));
            case DATE ->
                element.setType(Type.INT32)
                        .setConverted_type(ConvertedType.DATE)
                        .setLogicalType(LogicalType.DATE(new DateType()));
            case TIME -> element.setType(Type.INT64).setLogicalType(LogicalType.TIME(new TimeType(false, micros())));
            case TIMESTAMP -> timestamp(element, false);
            case TIMESTAMP_TZ -> timestamp(element, true);
        };
    }

    private static SchemaElement integer(SchemaElement element, int bits) {
        return element.setType(Type.INT32).setLogicalType(LogicalType.INTEGER(new IntType((byte) bits, true)));
    }

    private static SchemaElement timestamp(SchemaElement element, boolean instant) {
        return element.setType(Type.INT64).setLogicalType(LogicalType.TIMESTAMP(new TimestampType(instant, micros())));
    }

    private static TimeUnit micros() {
        return TimeUnit.MICROS(new MicroSeconds());
    }
}
