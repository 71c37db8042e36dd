package io.elanus.storage.type;

/// The type of a column, as SQL declares it.
public sealed interface ColumnType {
    /// Types without parameters. The Arrow form of each is in [ArrowTypes].
    enum Simple implements ColumnType {
        BOOLEAN,
        TINYINT,
        SMALLINT,
        INTEGER,
        BIGINT,
        REAL,
        DOUBLE,
        VARBINARY,
        DATE,
        /// Microseconds since midnight.
        TIME,
        /// Microseconds since 1970-01-01, no zone.
        TIMESTAMP,
        /// Microseconds since 1970-01-01 UTC; prints in the session's zone.
        TIMESTAMP_TZ,
        UUID,
        JSON;

        @Override
        public String sql() {
            return this == TIMESTAMP_TZ ? "TIMESTAMP WITH TIME ZONE" : name();
        }
    }

    /// Exact decimal of up to 38 digits.
    record Decimal(int precision, int scale) implements ColumnType {
        public static final int MAX_PRECISION = 38;

        public Decimal {
            if (precision < 1 || precision > MAX_PRECISION || scale < 0 || scale > precision) {
                throw new IllegalArgumentException(
                        "DECIMAL takes a precision from 1 to %d and a scale from 0 to it, given (%d, %d)"
                                .formatted(MAX_PRECISION, precision, scale));
            }
        }

        @Override
        public String sql() {
            return "DECIMAL(" + precision + ", " + scale + ")";
        }
    }

    /// Text of at most `maxLength` characters (Unicode code points).
    record Varchar(int maxLength) implements ColumnType {
        public static final int UNLIMITED = Integer.MAX_VALUE;

        @Override
        public String sql() {
            return maxLength == UNLIMITED ? "VARCHAR" : "VARCHAR(" + maxLength + ")";
        }
    }

    /// A list of scalars; its items may be NULL.
    record Array(ColumnType item) implements ColumnType {
        public Array {
            if (item instanceof Array || item instanceof Vector) {
                throw new IllegalArgumentException("An ARRAY holds scalars, not " + item.sql());
            }
        }

        @Override
        public String sql() {
            return item.sql() + " ARRAY";
        }
    }

    /// A vector of fixed dimension; its elements are never NULL, NaN or infinite.
    record Vector(int dimension, VectorElement element) implements ColumnType {
        public static final int MAX_DIMENSION = 32_768;

        public Vector {
            int most = element == VectorElement.SPARSE ? SparseVector.MAX_DIMENSION : MAX_DIMENSION;
            if (dimension < 1 || dimension > most) {
                throw new IllegalArgumentException("%s takes 1 to %d dimensions, given %d"
                        .formatted(element == VectorElement.SPARSE ? "SPARSEVEC" : "VECTOR", most, dimension));
            }
            if (element == VectorElement.BINARY && dimension % 8 != 0) {
                throw new IllegalArgumentException(
                        "A BINARY VECTOR takes a multiple of 8 dimensions, given %d".formatted(dimension));
            }
        }

        /// Are only the elements other than zero kept, so that packed vectors differ in size?
        public boolean sparse() {
            return element == VectorElement.SPARSE;
        }

        /// Size of one packed vector; SPARSE ones have no common size.
        public int bytes() {
            return element.bytesFor(dimension);
        }

        @Override
        public String sql() {
            return switch (element) {
                case FLOAT32 -> "VECTOR(" + dimension + ")";
                case SPARSE -> "SPARSEVEC(" + dimension + ")";
                case FLOAT16, BFLOAT16, INT8, BINARY -> "VECTOR(" + dimension + ", " + element + ")";
            };
        }
    }

    /// The type as SQL text that parses back to it.
    String sql();
}
