package io.elanus.sql.copy.parquet;

import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

/// The schema of a file: as the column layer needs it (without annotations), and field by field.
record FileSchema(MessageType message, List<ParquetColumn> columns) {
    private static final int MAX_DEPTH = 64;

    /// @param elements the footer's flat list, depth first
    static FileSchema of(List<SchemaElement> elements) {
        if (elements.isEmpty()) {
            throw new CorruptParquetException("The footer has no schema.");
        }
        var walk = new Walk(elements);
        var fields = new ArrayList<Type>();
        for (int i = 0; i < elements.getFirst().getNum_children(); i++) {
            fields.add(walk.next(0));
        }
        var message = new MessageType("schema", fields);
        var columns = new ArrayList<ParquetColumn>();
        for (int i = 0; i < fields.size(); i++) {
            columns.add(column(message, fields.get(i), walk.leaves));
        }
        return new FileSchema(message, List.copyOf(columns));
    }

    /// A leaf's element by its type object.
    private record LeafElement(Type type, SchemaElement element) {}

    private static final class Walk {
        private final List<SchemaElement> elements;
        private final List<LeafElement> leaves = new ArrayList<>();
        private int at = 1;

        Walk(List<SchemaElement> elements) {
            this.elements = elements;
        }

        Type next(int depth) {
            if (at >= elements.size() || depth > MAX_DEPTH) {
                throw new CorruptParquetException("The footer's schema is not a tree.");
            }
            SchemaElement element = elements.get(at++);
            var repetition = Repetition.valueOf(
                    Fields.present(element.getRepetition_type()).name());
            if (element.isSetNum_children() && element.getNum_children() > 0) {
                var children = new ArrayList<Type>();
                for (int i = 0; i < element.getNum_children(); i++) {
                    children.add(next(depth + 1));
                }
                return new GroupType(repetition, element.getName(), children);
            }
            if (!element.isSetType()) {
                throw new CorruptParquetException("Field [%s] has no type.".formatted(element.getName()));
            }
            var type = new PrimitiveType(repetition, physical(element), element.getType_length(), element.getName());
            leaves.add(new LeafElement(type, element));
            return type;
        }
    }

    private static PrimitiveTypeName physical(SchemaElement element) {
        return switch (Fields.present(element.getType())) {
            case BOOLEAN -> PrimitiveTypeName.BOOLEAN;
            case INT32 -> PrimitiveTypeName.INT32;
            case INT64 -> PrimitiveTypeName.INT64;
            case INT96 -> PrimitiveTypeName.INT96;
            case FLOAT -> PrimitiveTypeName.FLOAT;
            case DOUBLE -> PrimitiveTypeName.DOUBLE;
            case BYTE_ARRAY -> PrimitiveTypeName.BINARY;
            case FIXED_LEN_BYTE_ARRAY -> PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
        };
    }

    private static ParquetColumn column(MessageType message, Type field, List<LeafElement> leaves) {
        if (field.isPrimitive()) {
            boolean repeated = field.isRepetition(Repetition.REPEATED);
            return leaf(message, field.getName(), field, new String[] {field.getName()}, repeated ? 1 : 0, leaves);
        }
        GroupType group = field.asGroupType();
        Type only = group.getType(0);
        if (group.getFieldCount() != 1
                || group.isRepetition(Repetition.REPEATED)
                || !only.isRepetition(Repetition.REPEATED)) {
            return new ParquetColumn(field.getName(), null);
        }
        int repeatedAt = group.isRepetition(Repetition.OPTIONAL) ? 2 : 1;
        if (only.isPrimitive()) {
            String[] path = {group.getName(), only.getName()};
            return leaf(message, group.getName(), only, path, repeatedAt, leaves);
        }
        GroupType middle = only.asGroupType();
        Type item = middle.getType(0);
        if (middle.getFieldCount() != 1 || !item.isPrimitive() || item.isRepetition(Repetition.REPEATED)) {
            return new ParquetColumn(field.getName(), null);
        }
        String[] path = {group.getName(), middle.getName(), item.getName()};
        return leaf(message, group.getName(), item, path, repeatedAt, leaves);
    }

    private static ParquetColumn leaf(
            MessageType message, String name, Type type, String[] path, int repeatedAt, List<LeafElement> leaves) {
        SchemaElement element = leaves.stream()
                .filter(leaf -> leaf.type() == type)
                .findFirst()
                .orElseThrow()
                .element();
        ColumnDescriptor descriptor = message.getColumnDescription(path);
        return new ParquetColumn(name, new ParquetColumn.Leaf(descriptor, element, repeatedAt));
    }
}
