package io.elanus.storage.filter;

import io.elanus.storage.filter.Lane.Decimals;
import io.elanus.storage.type.ColumnType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/// ADD, SUBTRACT, MULTIPLY, DIVIDE and MOD of DECIMAL. Sums and products are computed as 64-bit numbers over every
/// slot; a block in which any of them overflows or is out of the type's range is computed again with BigDecimal,
/// live row by live row, which also raises the errors. Where the greatest numbers of a block leave no room for an
/// overflow, it is not looked for.
final class DecimalArithmetic extends Step.Strict<Decimals> {
    private final Operator operator;
    private final ColumnType.Decimal type;

    DecimalArithmetic(Operator operator, List<Step> arguments, Decimals out, ColumnType.Decimal type) {
        super(arguments, out);
        this.operator = operator;
        this.type = type;
    }

    @Override
    void compute(Lane[] in, long[] live, Frame frame) {
        var a = (Decimals) in[0];
        var b = (Decimals) in[1];
        if (!a.hasWide() && !b.hasWide() && fast(a, b, frame.rows)) {
            return;
        }
        for (int w = 0; w < frame.words(); w++) {
            for (long word = live[w]; word != 0; word &= word - 1) {
                int row = (w << 6) + Long.numberOfTrailingZeros(word);
                out.set(row, Numbers.fit(exact(a.decimal(row), b.decimal(row)), type));
            }
        }
    }

    /// Could every slot be computed in 64 bits?
    private boolean fast(Decimals a, Decimals b, int rows) {
        long failed = switch (operator) {
            case MULTIPLY -> a.scale + b.scale == type.scale() ? multiply(a.values, b.values, rows) : -1;
            case ADD, SUBTRACT -> {
                long aFactor = DecimalScale.factor(a.scale, type.scale());
                long bFactor = DecimalScale.factor(b.scale, type.scale());
                yield aFactor == 0 || bFactor == 0
                        ? -1
                        : addScaled(a.values, aFactor, b.values, operator == Operator.ADD ? bFactor : -bFactor, rows);
            }
            default -> -1;
        };
        return failed == 0 && DecimalScale.within(out.values, rows, type.precision());
    }

    private long multiply(long[] a, long[] b, int rows) {
        long[] to = out.values;
        if (DecimalScale.bits(a, rows) + DecimalScale.bits(b, rows) < Long.SIZE - 1) {
            for (int i = 0; i < rows; i++) {
                to[i] = a[i] * b[i];
            }
            return 0;
        }
        long overflow = 0;
        for (int i = 0; i < rows; i++) {
            long product = a[i] * b[i];
            overflow |= Math.multiplyHigh(a[i], b[i]) ^ product >> 63;
            to[i] = product;
        }
        return overflow;
    }

    private long addScaled(long[] a, long aFactor, long[] b, long bFactor, int rows) {
        long[] to = out.values;
        int aBits = DecimalScale.bits(a, rows) + DecimalScale.bits(aFactor);
        int bBits = DecimalScale.bits(b, rows) + DecimalScale.bits(bFactor);
        if (Math.max(aBits, bBits) < Long.SIZE - 2) {
            for (int i = 0; i < rows; i++) {
                to[i] = a[i] * aFactor + b[i] * bFactor;
            }
            return 0;
        }
        long overflow = 0;
        for (int i = 0; i < rows; i++) {
            long x = a[i] * aFactor;
            long y = b[i] * bFactor;
            long sum = x + y;
            overflow |= Math.multiplyHigh(a[i], aFactor) ^ x >> 63;
            overflow |= Math.multiplyHigh(b[i], bFactor) ^ y >> 63;
            overflow |= ((x ^ sum) & (y ^ sum)) >> 63;
            to[i] = sum;
        }
        return overflow;
    }

    private BigDecimal exact(BigDecimal a, BigDecimal b) {
        if (b.signum() == 0 && (operator == Operator.DIVIDE || operator == Operator.MOD)) {
            throw Numbers.divisionByZero();
        }
        return switch (operator) {
            case ADD -> a.add(b);
            case SUBTRACT -> a.subtract(b);
            case MULTIPLY -> a.multiply(b);
            case DIVIDE -> a.divide(b, type.scale(), RoundingMode.HALF_UP);
            case MOD -> a.remainder(b);
            default -> throw new IllegalStateException(operator + " is no arithmetic");
        };
    }
}
