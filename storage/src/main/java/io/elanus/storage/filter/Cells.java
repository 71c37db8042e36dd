package io.elanus.storage.filter;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.elanus.proto.grpc.Literal;
import io.elanus.proto.grpc.LiteralList;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.jspecify.annotations.Nullable;

/// Values in boxed form, for code that works row by row. A *cell* is a Boolean, a Long (integers and times), a
/// Double (REAL too), a BigDecimal, a String (VARCHAR, JSON), a byte[] (VARBINARY, UUID, BINARY and SPARSE
/// vectors), a float[] (other vectors) or a List of cells; null is NULL. Cells come from and go to literals and
/// slots of Arrow vectors.
public final class Cells {
    private Cells() {}

    public static Literal toLiteral(@Nullable Object cell, ColumnType type) {
        if (cell == null) {
            return Literals.NULL;
        }
        var literal = Literal.newBuilder();
        switch (type) {
            case Simple.BOOLEAN -> literal.setBool((Boolean) cell);
            case Simple.REAL, Simple.DOUBLE -> literal.setFloat64((Double) cell);
            case Simple.VARBINARY, Simple.UUID -> literal.setBinary(ByteString.copyFrom((byte[]) cell));
            case Simple.JSON -> literal.setText((String) cell);
            case Simple _ -> literal.setInt64((Long) cell);
            case ColumnType.Varchar _ -> literal.setText((String) cell);
            case ColumnType.Decimal _ -> literal.setText(((BigDecimal) cell).toPlainString());
            case ColumnType.Vector vector ->
                literal.setBinary(UnsafeByteOperations.unsafeWrap(VectorCells.pack(cell, vector)));
            case ColumnType.Array(ColumnType item) -> {
                var list = LiteralList.newBuilder();
                ((List<?>) cell).forEach(value -> list.addItems(toLiteral(value, item)));
                literal.setList(list);
            }
        }
        return literal.build();
    }

    public static @Nullable Object fromLiteral(Literal literal, ColumnType type) {
        return switch (literal.getValueCase()) {
            case NULL, VALUE_NOT_SET -> null;
            case BOOL -> literal.getBool();
            case INT64 -> fromInt64(literal.getInt64(), type);
            case FLOAT64 -> literal.getFloat64();
            case TEXT ->
                type instanceof ColumnType.Decimal decimal
                        ? Numbers.fit(new BigDecimal(literal.getText()), decimal)
                        : literal.getText();
            case BINARY ->
                type instanceof ColumnType.Vector vector
                        ? VectorCells.unpack(literal.getBinary().toByteArray(), vector)
                        : literal.getBinary().toByteArray();
            case LIST -> {
                ColumnType item = ((ColumnType.Array) type).item();
                var items = new ArrayList<@Nullable Object>();
                for (Literal value : literal.getList().getItemsList()) {
                    items.add(fromLiteral(value, item));
                }
                yield items;
            }
        };
    }

    /// Whole numbers stand for any numeric type.
    private static Object fromInt64(long value, ColumnType type) {
        return switch (type) {
            case ColumnType.Decimal decimal -> Numbers.fit(BigDecimal.valueOf(value), decimal);
            case Simple.REAL, Simple.DOUBLE -> (double) value;
            case Simple _, ColumnType.Varchar _, ColumnType.Array _, ColumnType.Vector _ -> value;
        };
    }

    public static @Nullable Object read(FieldVector vector, int row, ColumnType type) {
        if (vector.isNull(row)) {
            return null;
        }
        return switch (vector) {
            case BitVector bits -> bits.get(row) != 0;
            case TinyIntVector values -> (long) values.get(row);
            case SmallIntVector values -> (long) values.get(row);
            case IntVector values -> (long) values.get(row);
            case BigIntVector values -> values.get(row);
            case DateDayVector values -> (long) values.get(row);
            case TimeMicroVector values -> values.get(row);
            case TimeStampVector values -> values.get(row);
            case Float4Vector values -> (double) values.get(row);
            case Float8Vector values -> values.get(row);
            case DecimalVector values -> values.getObject(row);
            case VarCharVector values -> new String(values.get(row), StandardCharsets.UTF_8);
            case VarBinaryVector values -> values.get(row);
            case ListVector list -> ColumnReader.readList(list, ((ColumnType.Array) type).item(), row);
            case FieldVector packed
            when type instanceof ColumnType.Vector of ->
                VectorCells.read(ColumnReader.vectorAddress(packed) + (long) row * of.bytes(), of);
            case FixedSizeBinaryVector values -> values.get(row);
            default -> throw unexpected(vector, type);
        };
    }

    /// Grows the vector as needed. Slots are written in rising order, NULLs too.
    public static void write(@Nullable Object cell, ColumnType type, FieldVector vector, int row) {
        if (cell == null) {
            writeNull(type, vector, row);
            return;
        }
        switch (vector) {
            case BitVector bits -> bits.setSafe(row, (Boolean) cell ? 1 : 0);
            case TinyIntVector values -> values.setSafe(row, ((Long) cell).intValue());
            case SmallIntVector values -> values.setSafe(row, ((Long) cell).intValue());
            case IntVector values -> values.setSafe(row, ((Long) cell).intValue());
            case BigIntVector values -> values.setSafe(row, (Long) cell);
            case DateDayVector values -> values.setSafe(row, ((Long) cell).intValue());
            case TimeMicroVector values -> values.setSafe(row, (Long) cell);
            case TimeStampVector values -> values.setSafe(row, (Long) cell);
            case Float4Vector values -> values.setSafe(row, ((Double) cell).floatValue());
            case Float8Vector values -> values.setSafe(row, (Double) cell);
            case DecimalVector values -> values.setSafe(row, (BigDecimal) cell);
            case VarCharVector values -> values.setSafe(row, ((String) cell).getBytes(StandardCharsets.UTF_8));
            case VarBinaryVector values -> values.setSafe(row, (byte[]) cell);
            case ListVector list -> writeList((List<?>) cell, ((ColumnType.Array) type).item(), list, row);
            case FixedSizeListVector list ->
                writeElements(ByteBuffer.wrap(VectorCells.pack(cell, (ColumnType.Vector) type)), list, row);
            case FixedSizeBinaryVector values ->
                values.setSafe(row, type instanceof ColumnType.Vector of ? VectorCells.pack(cell, of) : (byte[]) cell);
            default -> throw unexpected(vector, type);
        }
    }

    private static void writeNull(ColumnType type, FieldVector vector, int row) {
        while (vector.getValueCapacity() <= row) {
            vector.reAlloc();
        }
        if (vector instanceof FixedSizeListVector list && type instanceof ColumnType.Vector of) {
            writeElements(ByteBuffer.allocate(of.bytes()), list, row);
        }
        vector.setNull(row);
    }

    /// Writes a constant's packed vector as it is: [Literals#of] has checked its elements.
    static void writePacked(ByteString packed, ColumnType.Vector type, FixedSizeListVector list, int row) {
        VectorCells.checkSize(packed.size(), type);
        writeElements(packed.asReadOnlyByteBuffer(), list, row);
    }

    private static void writeElements(ByteBuffer packed, FixedSizeListVector list, int row) {
        FieldVector elements = list.getDataVector();
        int size = list.getListSize();
        list.startNewValue(row);
        while (elements.getValueCapacity() < (row + 1) * size) {
            elements.reAlloc();
        }
        elements.getDataBuffer().setBytes((long) row * packed.remaining(), packed);
        if (size % 8 == 0) {
            elements.getValidityBuffer().setOne((long) row * size / 8, (long) size / 8);
            return;
        }
        for (int i = row * size; i < (row + 1) * size; i++) {
            BitVectorHelper.setBit(elements.getValidityBuffer(), i);
        }
    }

    private static void writeList(List<?> items, ColumnType item, ListVector list, int row) {
        int at = list.startNewValue(row);
        for (Object value : items) {
            write(value, item, list.getDataVector(), at++);
        }
        list.endValue(row, items.size());
    }

    /// The order of two cells of one type, that of SQL: NaN is above all numbers, text goes by code point.
    public static int compare(Object a, Object b) {
        return Comparison.compare(a, b);
    }

    private static IllegalStateException unexpected(FieldVector vector, ColumnType type) {
        return new IllegalStateException("Vector [%s] holds no [%s]".formatted(vector.getField(), type.sql()));
    }
}
