package io.elanus.storage.filter;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.type.ColumnType;
import org.apache.arrow.vector.FieldVector;
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
/// | VECTOR | float[] for FLOAT32, FLOAT16, BFLOAT16; byte[] of the elements for INT8, packed bits for BINARY |
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"})
public final class Literals {
    public static final Literal NULL = Literal.newBuilder().setNull(true).build();

    private Literals() {}

    /// The constant of this type for a Java value: any of the table above and what converts to it without a loss
    /// that SQL would refuse (any number for a number, text for any type in PostgreSQL's form, Instant, float[],
    /// double[] and List for a VECTOR). Throws the error the cast would.
    public static Literal of(@Nullable Object value, ColumnType type) {
        throw new UnsupportedOperationException("of");
    }

    /// The Java value of a constant.
    public static @Nullable Object value(Literal literal, ColumnType type) {
        throw new UnsupportedOperationException("value");
    }

    /// The constant in a slot of a vector.
    public static Literal read(FieldVector vector, int row, ColumnType type) {
        throw new UnsupportedOperationException("read");
    }

    /// The Java value in a slot of a vector.
    public static @Nullable Object value(FieldVector vector, int row, ColumnType type) {
        return value(read(vector, row, type), type);
    }

    /// Writes a constant into a slot, growing the vector as needed. The value count stays the caller's.
    public static void write(Literal literal, ColumnType type, FieldVector vector, int row) {
        throw new UnsupportedOperationException("write");
    }

    /// The text that a cast to VARCHAR yields.
    public static String text(Literal literal, ColumnType type) {
        throw new UnsupportedOperationException("text");
    }

    /// The constant that a cast of this text yields.
    public static Literal parse(String text, ColumnType type) {
        throw new UnsupportedOperationException("parse");
    }

    /// The value of an expression without inputs and parameters, such as `LIMIT 2 + 3`.
    public static Literal evaluate(Expr constant) {
        throw new UnsupportedOperationException("evaluate");
    }
}
