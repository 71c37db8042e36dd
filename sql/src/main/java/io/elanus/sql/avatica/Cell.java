package io.elanus.sql.avatica;

import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.VectorElement;
import java.math.BigDecimal;
import java.util.UUID;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
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
import org.apache.arrow.vector.complex.ListVector;
import org.apache.calcite.avatica.proto.Common.Rep;

/// Copies the value at a row of one Arrow vector into a frame.
@FunctionalInterface
interface Cell {
    long MICROS_PER_MILLI = 1_000;

    void write(int row, FrameWriter out);

    /// Borrows the vector.
    static Cell of(ColumnType type, FieldVector vector, Wire wire) {
        Cell value = value(type, vector, wire);
        return (row, out) -> {
            if (vector.isNull(row)) {
                out.nothing();
            } else {
                value.write(row, out);
            }
        };
    }

    private static Cell value(ColumnType type, FieldVector vector, Wire wire) {
        return switch (type) {
            case ColumnType.Simple simple -> simple(simple, vector, wire);
            case ColumnType.Decimal _ -> {
                var decimals = (DecimalVector) vector;
                yield (row, out) -> {
                    BigDecimal value = decimals.getObject(row);
                    out.decimal(value.toPlainString());
                };
            }
            case ColumnType.Varchar _ -> text(vector);
            case ColumnType.Array(ColumnType item) -> array((ListVector) vector, item, wire);
            case ColumnType.Vector each -> vector(each, vector, wire);
        };
    }

    private static Cell simple(ColumnType.Simple type, FieldVector vector, Wire wire) {
        long unit = wire.exact() ? 1 : MICROS_PER_MILLI;
        return switch (type) {
            case BOOLEAN -> {
                var bits = (BitVector) vector;
                yield (row, out) -> out.bool(bits.get(row) != 0);
            }
            case TINYINT -> {
                var numbers = (TinyIntVector) vector;
                yield (row, out) -> out.number(Rep.BYTE, numbers.get(row));
            }
            case SMALLINT -> {
                var numbers = (SmallIntVector) vector;
                yield (row, out) -> out.number(Rep.SHORT, numbers.get(row));
            }
            case INTEGER -> {
                var numbers = (IntVector) vector;
                yield (row, out) -> out.number(Rep.INTEGER, numbers.get(row));
            }
            case BIGINT -> {
                var numbers = (BigIntVector) vector;
                yield (row, out) -> out.number(Rep.LONG, numbers.get(row));
            }
            case REAL -> {
                var numbers = (Float4Vector) vector;
                yield (row, out) -> out.real(numbers.get(row));
            }
            case DOUBLE -> {
                var numbers = (Float8Vector) vector;
                yield (row, out) -> out.float8(numbers.get(row));
            }
            case DATE -> {
                var days = (DateDayVector) vector;
                yield (row, out) -> out.number(Rep.INTEGER, days.get(row));
            }
            case TIME -> {
                var micros = (TimeMicroVector) vector;
                Rep rep = wire.exact() ? Rep.LONG : Rep.INTEGER;
                yield (row, out) -> out.number(rep, micros.get(row) / unit);
            }
            case TIMESTAMP, TIMESTAMP_TZ -> {
                var micros = (TimeStampVector) vector;
                yield (row, out) -> out.number(Rep.LONG, Math.floorDiv(micros.get(row), unit));
            }
            case UUID -> uuid((FixedSizeBinaryVector) vector, wire);
            case JSON -> text(vector);
            case VARBINARY -> {
                var bytes = (BaseVariableWidthVector) vector;
                yield (row, out) ->
                        out.bytes(bytes.getDataBuffer(), bytes.getStartOffset(row), bytes.getValueLength(row));
            }
        };
    }

    private static Cell text(FieldVector vector) {
        var texts = (BaseVariableWidthVector) vector;
        return (row, out) -> out.text(texts.getDataBuffer(), texts.getStartOffset(row), texts.getValueLength(row));
    }

    private static Cell uuid(FixedSizeBinaryVector vector, Wire wire) {
        if (wire.exact()) {
            return (row, out) -> out.bytes(vector.getDataBuffer(), (long) row * 2 * Long.BYTES, 2 * Long.BYTES);
        }
        return (row, out) -> {
            // Arrow reads little endian; a UUID is stored big endian.
            ArrowBuf data = vector.getDataBuffer();
            long high = Long.reverseBytes(data.getLong((long) row * 2 * Long.BYTES));
            long low = Long.reverseBytes(data.getLong((long) row * 2 * Long.BYTES + Long.BYTES));
            out.text(new UUID(high, low).toString());
        };
    }

    private static Cell array(ListVector lists, ColumnType item, Wire wire) {
        Cell each = of(item, lists.getDataVector(), wire);
        Rep rep = ReportedColumn.jdbc(item, wire).rep();
        return (row, out) -> {
            out.beginArray(rep);
            for (int i = lists.getElementStartIndex(row); i < lists.getElementEndIndex(row); i++) {
                each.write(i, out);
            }
            out.endArray();
        };
    }

    private static Cell vector(ColumnType.Vector type, FieldVector vector, Wire wire) {
        if (type.sparse()) {
            return (row, out) -> out.text(Literals.text(Literals.read(vector, row, type), type));
        }
        ArrowBuf data = VectorText.packed(type, vector);
        int bytes = type.bytes();
        if (wire.exact() || wire.vectors() == Wire.VectorForm.BINARY) {
            return (row, out) -> out.bytes(data, (long) row * bytes, bytes);
        }
        if (wire.vectors() == Wire.VectorForm.ARRAY) {
            return (row, out) -> {
                out.beginArray(Rep.FLOAT);
                for (int i = 0; i < type.dimension(); i++) {
                    out.real(VectorText.element(type.element(), data, (long) row * bytes, i));
                }
                out.endArray();
            };
        }
        return (row, out) -> out.text(
                type.element() == VectorElement.BINARY
                        ? VectorText.bits(type, data, (long) row * bytes)
                        : VectorText.of(type, data, (long) row * bytes));
    }
}
