package io.elanus.storage.filter;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.type.ColumnType;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.jspecify.annotations.Nullable;

/// Between constants, Java values and slots of Arrow vectors. The Java value of a type:
///
/// | SQL | Java |
/// |---|---|
/// | BOOLEAN | Boolean |
/// | TINYINT, SMALLINT, INTEGER, BIGINT | Byte, Short, Integer, Long |
/// | REAL, DOUBLE, DECIMAL | Float, Double, BigDecimal |
/// | VARCHAR, JSON | String |
/// | VARBINARY | byte[] |
/// | DATE, TIME, TIMESTAMP, TIMESTAMP_TZ | LocalDate, LocalTime, LocalDateTime, OffsetDateTime in UTC |
/// | UUID | UUID |
/// | ARRAY | List of these, with nulls |
/// | VECTOR | float[] for FLOAT32, FLOAT16, BFLOAT16; byte[] of the packed form for INT8, BINARY, SPARSE |
public final class Literals {
    public static final Literal NULL = Literal.newBuilder().setNull(true).build();

    private Literals() {}

    /// The constant of this type for a Java value: any of the table above and what converts to it without a loss
    /// that SQL would refuse (any number for a number, text for any type in PostgreSQL's form, Instant, float[],
    /// double[] and List for a VECTOR). Throws the error an assignment would: text that is too long is refused.
    public static Literal of(@Nullable Object value, ColumnType type) {
        return Cells.toLiteral(value == null ? null : JavaValues.toCell(value, type), type);
    }

    /// The Java value of a constant.
    public static @Nullable Object value(Literal literal, ColumnType type) {
        Object cell = Cells.fromLiteral(literal, type);
        return cell == null ? null : JavaValues.fromCell(cell, type);
    }

    /// The constant in a slot of a vector.
    public static Literal read(FieldVector vector, int row, ColumnType type) {
        return Cells.toLiteral(Cells.read(vector, row, type), type);
    }

    /// The Java value in a slot of a vector.
    public static @Nullable Object value(FieldVector vector, int row, ColumnType type) {
        Object cell = Cells.read(vector, row, type);
        return cell == null ? null : JavaValues.fromCell(cell, type);
    }

    /// Writes a constant into a slot, growing the vector as needed. Slots are written in rising order, NULLs too;
    /// the value count stays the caller's.
    public static void write(Literal literal, ColumnType type, FieldVector vector, int row) {
        if (type instanceof ColumnType.Vector of && vector instanceof FixedSizeListVector list && literal.hasBinary()) {
            Cells.writePacked(literal.getBinary(), of, list, row);
        } else {
            Cells.write(Cells.fromLiteral(literal, type), type, vector, row);
        }
    }

    /// Writes what [#of] makes of a Java value into a slot.
    public static void write(@Nullable Object value, ColumnType type, FieldVector vector, int row) {
        Cells.write(value == null ? null : JavaValues.toCell(value, type), type, vector, row);
    }

    /// The text that a cast to VARCHAR yields, times in UTC.
    public static String text(Literal literal, ColumnType type) {
        Object cell = Cells.fromLiteral(literal, type);
        return cell == null ? "NULL" : TextForms.format(cell, type, ZoneOffset.UTC);
    }

    /// The constant that a cast of this text yields, times in UTC.
    public static Literal parse(String text, ColumnType type) {
        return Cells.toLiteral(TextForms.parse(text, type, ZoneOffset.UTC), type);
    }

    /// The value of an expression without inputs and parameters, such as `LIMIT 2 + 3`.
    public static Literal evaluate(Expr constant) {
        if (constant instanceof Expr.Constant(Literal value, ColumnType _)) {
            return value;
        }
        var step = Compiler.compile(constant);
        try (var frame = new Frame(new VectorSchemaRoot(List.of(), List.of(), 1))) {
            frame.moveTo(0, 1);
            Lane lane = step.run(frame, frame.active);
            return Cells.toLiteral(lane.cellOrNull(0), constant.type());
        }
    }
}
