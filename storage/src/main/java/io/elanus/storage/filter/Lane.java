package io.elanus.storage.filter;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One column of a block of at most [#ROWS] rows, on the heap: what passes between the nodes of an expression. A
/// lane belongs to the node that fills it and is filled again for every block, so it stays in the cache.
///
/// Loops may run over all slots up to the next multiple of 64: slots beyond the block's rows, of NULL rows and of
/// rows nobody asked for hold anything.
///
/// Operators that work row by row see [Cells].
abstract sealed class Lane {
    static final int ROWS = 2048;
    static final int WORDS = ROWS / 64;

    /// Bit i set: row i is NULL.
    final long[] nulls = new long[WORDS];

    static Lane of(ColumnType type) {
        return switch (type) {
            case Simple.BOOLEAN -> new Bools();
            case Simple.REAL, Simple.DOUBLE -> new Doubles();
            case Simple.VARBINARY, Simple.UUID -> new Bytes(false);
            case Simple.JSON -> new Bytes(true);
            case Simple.TINYINT,
                    Simple.SMALLINT,
                    Simple.INTEGER,
                    Simple.BIGINT,
                    Simple.DATE,
                    Simple.TIME,
                    Simple.TIMESTAMP,
                    Simple.TIMESTAMP_TZ -> new Longs();
            case ColumnType.Varchar _ -> new Bytes(true);
            case ColumnType.Decimal decimal -> new Decimals(decimal.scale());
            case ColumnType.Array _ -> new Objects();
            case ColumnType.Vector vector -> vector.sparse() ? new Bytes(false) : new Vectors(vector);
        };
    }

    final boolean isNull(int row) {
        return (nulls[row >>> 6] & 1L << row) != 0;
    }

    final void setNull(int row) {
        nulls[row >>> 6] |= 1L << row;
    }

    /// Makes the lane ready to be filled.
    void clear() {
        Arrays.fill(nulls, 0);
    }

    /// The value of a row that is not NULL.
    abstract Object cell(int row);

    abstract void set(int row, Object cell, Frame frame);

    final @Nullable Object cellOrNull(int row) {
        return isNull(row) ? null : cell(row);
    }

    final void setOrNull(int row, @Nullable Object cell, Frame frame) {
        if (cell == null) {
            setNull(row);
        } else {
            set(row, cell, frame);
        }
    }

    /// Truth values; a NULL row's bit is clear.
    static final class Bools extends Lane {
        final long[] bits = new long[WORDS];

        @Override
        void clear() {
            super.clear();
            Arrays.fill(bits, 0);
        }

        @Override
        Object cell(int row) {
            return (bits[row >>> 6] & 1L << row) != 0;
        }

        @Override
        void set(int row, Object cell, Frame frame) {
            if ((Boolean) cell) {
                bits[row >>> 6] |= 1L << row;
            }
        }

        /// Clears the bits of NULL rows.
        void settle() {
            for (int w = 0; w < WORDS; w++) {
                bits[w] &= ~nulls[w];
            }
        }
    }

    /// Integers, dates and times.
    static final class Longs extends Lane {
        final long[] values = new long[ROWS];

        @Override
        Object cell(int row) {
            return values[row];
        }

        @Override
        void set(int row, Object cell, Frame frame) {
            values[row] = (Long) cell;
        }
    }

    /// DOUBLE, and REAL widened.
    static final class Doubles extends Lane {
        final double[] values = new double[ROWS];

        @Override
        Object cell(int row) {
            return values[row];
        }

        @Override
        void set(int row, Object cell, Frame frame) {
            values[row] = (Double) cell;
        }
    }

    /// Text as UTF-8, and binary values, in one heap array.
    static final class Bytes extends Lane {
        final int[] starts = new int[ROWS];
        final int[] lengths = new int[ROWS];
        /// What an array can hold.
        private static final int MOST = Integer.MAX_VALUE - 8;

        private final boolean text;
        byte[] heap = new byte[1024];
        int used;

        Bytes(boolean text) {
            this.text = text;
        }

        @Override
        void clear() {
            super.clear();
            used = 0;
        }

        void append(int row, byte[] source, int from, int length) {
            reserve(length);
            System.arraycopy(source, from, heap, used, length);
            starts[row] = used;
            lengths[row] = length;
            used += length;
        }

        void reserve(int more) {
            if (heap.length - used < more) {
                long wanted = (long) used + more;
                if (wanted > MOST) {
                    throw new StorageException(
                            ErrorCode.LIMIT_EXCEEDED,
                            "An expression makes more than [%d] bytes of text of a batch of rows. Ask for less."
                                    .formatted(MOST));
                }
                heap = Arrays.copyOf(heap, (int) Math.min(MOST, Math.max(2L * used, wanted)));
            }
        }

        byte[] copy(int row) {
            return Arrays.copyOfRange(heap, starts[row], starts[row] + lengths[row]);
        }

        @Override
        Object cell(int row) {
            return text ? new String(heap, starts[row], lengths[row], StandardCharsets.UTF_8) : copy(row);
        }

        @Override
        void set(int row, Object cell, Frame frame) {
            byte[] bytes = text ? ((String) cell).getBytes(StandardCharsets.UTF_8) : (byte[]) cell;
            append(row, bytes, 0, bytes.length);
        }
    }

    /// DECIMAL as unscaled numbers. A value that does not fit 64 bits, or has more digits behind the point than the
    /// type, is kept aside; loops over the numbers look at [#hasWide] first.
    static final class Decimals extends Lane {
        final int scale;
        final long[] values = new long[ROWS];
        private final @Nullable BigDecimal[] wide = new @Nullable BigDecimal[ROWS];
        private boolean hasWide;

        Decimals(int scale) {
            this.scale = scale;
        }

        boolean hasWide() {
            return hasWide;
        }

        @Override
        void clear() {
            super.clear();
            if (hasWide) {
                Arrays.fill(wide, null);
                hasWide = false;
            }
        }

        BigDecimal decimal(int row) {
            BigDecimal aside = wide[row];
            return aside == null ? BigDecimal.valueOf(values[row], scale) : aside;
        }

        void set(int row, BigDecimal value) {
            BigDecimal scaled =
                    value.scale() < scale ? value.setScale(scale, java.math.RoundingMode.UNNECESSARY) : value;
            if (scaled.scale() == scale && scaled.unscaledValue().bitLength() < Long.SIZE) {
                values[row] = scaled.unscaledValue().longValue();
            } else {
                wide[row] = value;
                hasWide = true;
            }
        }

        @Override
        Object cell(int row) {
            return decimal(row);
        }

        @Override
        void set(int row, Object cell, Frame frame) {
            set(row, (BigDecimal) cell);
        }

        /// As one block of equal values.
        void fill(BigDecimal value) {
            set(0, value);
            Arrays.fill(values, values[0]);
            if (hasWide) {
                Arrays.fill(wide, value);
            }
        }
    }

    /// ARRAY as List of cells.
    static final class Objects extends Lane {
        final @Nullable Object[] values = new @Nullable Object[ROWS];

        @Override
        Object cell(int row) {
            Object value = values[row];
            if (value == null) {
                throw new IllegalStateException("Row [%d] of the block was not filled".formatted(row));
            }
            return value;
        }

        List<?> list(int row) {
            return (List<?>) cell(row);
        }

        @Override
        void set(int row, Object cell, Frame frame) {
            values[row] = cell;
        }
    }

    /// Packed vectors at native addresses, borrowed from the batch or from the frame.
    static final class Vectors extends Lane {
        final ColumnType.Vector type;
        final long[] addresses = new long[ROWS];

        Vectors(ColumnType.Vector type) {
            this.type = type;
        }

        @Override
        Object cell(int row) {
            return VectorCells.read(addresses[row], type);
        }

        @Override
        void set(int row, Object cell, Frame frame) {
            addresses[row] = frame.allocate(type.bytes());
            VectorCells.write(cell, type, addresses[row]);
        }
    }
}
