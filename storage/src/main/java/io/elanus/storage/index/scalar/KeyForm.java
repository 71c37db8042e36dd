package io.elanus.storage.index.scalar;

import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// How values of a type are written as keys whose order is that of SQL: as signed numbers of 64 bits, or as bytes
/// that compare unsigned. Pure.
///
/// Keys compare with cells ([io.elanus.storage.filter.Cells]) of other numeric types too: a cast that never turns
/// the order around needs no other index.
public sealed interface KeyForm {
    /// The number of bytes of a DECIMAL of more than 18 digits: two's complement, big endian, its sign turned.
    int WIDE_BYTES = 16;

    /// Most digits that fit a number.
    int NARROW_DIGITS = 18;

    /// As the header of a file names it.
    String text();

    /// Integers, dates and times.
    record Whole() implements KeyForm {
        @Override
        public String text() {
            return "whole";
        }
    }

    /// REAL and DOUBLE: the bits, ordered; NaN above all, one zero.
    record Floating() implements KeyForm {
        @Override
        public String text() {
            return "floating";
        }
    }

    record Truth() implements KeyForm {
        @Override
        public String text() {
            return "truth";
        }
    }

    /// The unscaled number of a DECIMAL of at most 18 digits.
    record Narrow(int scale) implements KeyForm {
        @Override
        public String text() {
            return "decimal-" + scale;
        }
    }

    record Wide(int scale) implements KeyForm {
        @Override
        public String text() {
            return "wide-decimal-" + scale;
        }
    }

    /// UTF-8.
    record Text() implements KeyForm {
        @Override
        public String text() {
            return "text";
        }
    }

    /// VARBINARY and UUID.
    record Binary() implements KeyForm {
        @Override
        public String text() {
            return "binary";
        }
    }

    /// Empty for types without an order that an index knows. An array is indexed by its items.
    static Optional<KeyForm> of(ColumnType type) {
        return switch (type) {
            case Simple.BOOLEAN -> Optional.of(new Truth());
            case Simple.REAL, Simple.DOUBLE -> Optional.of(new Floating());
            case Simple.VARBINARY, Simple.UUID -> Optional.of(new Binary());
            case Simple.JSON -> Optional.empty();
            case Simple _ -> Optional.of(new Whole());
            case ColumnType.Varchar _ -> Optional.of(new Text());
            case ColumnType.Decimal(int precision, int scale) ->
                Optional.of(precision <= NARROW_DIGITS ? new Narrow(scale) : new Wide(scale));
            case ColumnType.Array(ColumnType item) -> of(item);
            case ColumnType.Vector _ -> Optional.empty();
        };
    }

    default boolean numbers() {
        return switch (this) {
            case Whole _, Floating _, Truth _, Narrow _ -> true;
            case Wide _, Text _, Binary _ -> false;
        };
    }

    static long orderedBits(double value) {
        long bits = Double.doubleToLongBits(value == 0 ? 0.0 : value);
        return bits ^ (bits >> 63 & Long.MAX_VALUE);
    }

    static double ofOrderedBits(long ordered) {
        return Double.longBitsToDouble(ordered ^ (ordered >> 63 & Long.MAX_VALUE));
    }

    static byte[] wideKey(BigInteger unscaled) {
        byte[] key = new byte[WIDE_BYTES];
        byte[] bytes = unscaled.toByteArray();
        Arrays.fill(key, (byte) (unscaled.signum() < 0 ? -1 : 0));
        System.arraycopy(bytes, 0, key, WIDE_BYTES - bytes.length, bytes.length);
        key[0] ^= (byte) 0x80;
        return key;
    }

    /// A key that is a number against a cell.
    default int compare(long key, Object cell) {
        return switch (this) {
            case Whole _ ->
                switch (cell) {
                    case BigDecimal decimal -> BigDecimal.valueOf(key).compareTo(decimal);
                    case Double number -> Long.compare(orderedBits((double) key), orderedBits(number));
                    default -> Long.compare(key, (Long) cell);
                };
            case Floating _ -> Long.compare(key, orderedBits((Double) cell));
            case Truth _ -> Long.compare(key, (Boolean) cell ? 1 : 0);
            case Narrow(int scale) -> compareDecimal(BigDecimal.valueOf(key, scale), cell);
            case Wide _, Text _, Binary _ -> throw new IllegalStateException(this + " has no numbers");
        };
    }

    private static int compareDecimal(BigDecimal key, Object cell) {
        return cell instanceof Double number
                ? Long.compare(orderedBits(key.doubleValue()), orderedBits(number))
                : key.compareTo((BigDecimal) cell);
    }

    /// A cell as bytes that keys compare with, for forms that are bytes.
    default byte[] bytes(Object cell) {
        return switch (this) {
            case Text _ -> ((String) cell).getBytes(StandardCharsets.UTF_8);
            case Binary _ -> (byte[]) cell;
            case Wide(int scale) -> wideKey(((BigDecimal) cell).setScale(scale).unscaledValue());
            case Whole _, Floating _, Truth _, Narrow _ -> throw new IllegalStateException(this + " has no bytes");
        };
    }
}
