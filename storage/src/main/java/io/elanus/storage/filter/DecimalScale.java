package io.elanus.storage.filter;

import io.elanus.storage.filter.Lane.Decimals;
import io.elanus.storage.filter.Lane.Doubles;
import io.elanus.storage.filter.Lane.Longs;
import io.elanus.storage.type.ColumnType;
import java.math.BigDecimal;
import java.util.List;

/// Powers of ten, and the conversions of numbers to and from DECIMAL that need nothing else.
final class DecimalScale {
    private static final int DIGITS = 18;
    private static final long[] POWERS = powers();
    /// Numbers up to here are exact as doubles, and so are these powers of ten: one division rounds once.
    private static final long EXACT = 1L << 53;

    private DecimalScale() {}

    private static long[] powers() {
        long[] powers = new long[DIGITS + 1];
        powers[0] = 1;
        for (int i = 1; i <= DIGITS; i++) {
            powers[i] = 10 * powers[i - 1];
        }
        return powers;
    }

    /// By what unscaled numbers grow from one scale to the other; 0: they would lose digits, or grow too much.
    static long factor(int from, int to) {
        return to >= from && to - from <= DIGITS ? POWERS[to - from] : 0;
    }

    /// So many bits that no number is farther from 0 than two to their power.
    static int bits(long[] values, int rows) {
        long any = 0;
        for (int i = 0; i < rows; i++) {
            any |= values[i] ^ values[i] >> 63;
        }
        return bits(any);
    }

    static int bits(long value) {
        return Long.SIZE - Long.numberOfLeadingZeros(value ^ value >> 63);
    }

    /// Has none of the numbers more digits?
    static boolean within(long[] values, int rows, int precision) {
        if (precision > DIGITS) {
            return true;
        }
        long limit = POWERS[precision] - 1;
        long outside = 0;
        for (int i = 0; i < rows; i++) {
            outside |= limit - values[i] | values[i] + limit;
        }
        return outside >= 0;
    }

    /// Every number by the factor; false when one overflows.
    static boolean scale(long[] from, long factor, long[] to, int rows) {
        long overflow = 0;
        for (int i = 0; i < rows; i++) {
            long product = from[i] * factor;
            overflow |= Math.multiplyHigh(from[i], factor) ^ product >> 63;
            to[i] = product;
        }
        return overflow == 0;
    }

    /// From integers or another DECIMAL.
    static final class ToDecimal extends Step.Strict<Decimals> {
        private final ColumnType.Decimal to;

        ToDecimal(Step argument, Decimals out, ColumnType.Decimal to) {
            super(List.of(argument), out);
            this.to = to;
        }

        @Override
        void compute(Lane[] in, long[] live, Frame frame) {
            int scale = in[0] instanceof Decimals decimals ? decimals.scale : 0;
            boolean wide = in[0] instanceof Decimals decimals && decimals.hasWide();
            long[] values = in[0] instanceof Decimals decimals ? decimals.values : ((Longs) in[0]).values;
            long factor = wide ? 0 : factor(scale, to.scale());
            if (factor != 0
                    && scale(values, factor, out.values, frame.rows)
                    && within(out.values, frame.rows, to.precision())) {
                return;
            }
            for (int w = 0; w < frame.words(); w++) {
                for (long word = live[w]; word != 0; word &= word - 1) {
                    int row = (w << 6) + Long.numberOfTrailingZeros(word);
                    BigDecimal value = in[0] instanceof Decimals decimals
                            ? decimals.decimal(row)
                            : BigDecimal.valueOf(values[row]);
                    out.set(row, Numbers.fit(value, to));
                }
            }
        }
    }

    static final class ToDouble extends Step.Strict<Doubles> {
        ToDouble(Step argument, Doubles out) {
            super(List.of(argument), out);
        }

        @Override
        void compute(Lane[] in, long[] live, Frame frame) {
            var decimals = (Decimals) in[0];
            if (!decimals.hasWide() && decimals.scale <= DIGITS) {
                double divisor = POWERS[decimals.scale];
                long inexact = 0;
                for (int i = 0; i < frame.rows; i++) {
                    long value = decimals.values[i];
                    out.values[i] = value / divisor;
                    inexact |= EXACT - value | value + EXACT;
                }
                if (inexact >= 0) {
                    return;
                }
            }
            for (int w = 0; w < frame.words(); w++) {
                for (long word = live[w]; word != 0; word &= word - 1) {
                    int row = (w << 6) + Long.numberOfTrailingZeros(word);
                    out.values[row] = decimals.decimal(row).doubleValue();
                }
            }
        }
    }
}
