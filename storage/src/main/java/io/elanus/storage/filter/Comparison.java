package io.elanus.storage.filter;

import io.elanus.storage.filter.Lane.Bools;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Comparisons of two lanes of one kind. Doubles order as in PostgreSQL: NaN equals NaN and is above everything, -0
/// equals 0. Text orders by code point, arrays and vectors element by element.
final class Comparison extends Step.Strict<Bools> {
    /// So few rows of a word are compared one by one, more of them all at once.
    private static final int FEW = 12;

    private final Operator operator;

    private Comparison(Operator operator, Step left, Step right) {
        super(List.of(left, right), new Bools());
        this.operator = operator;
    }

    /// One of EQ, NE, LT, LE, GT, GE. The others are made of EQ and LT.
    static Step of(Operator operator, Step left, Step right) {
        return switch (operator) {
            case EQ, LT -> new Comparison(operator, left, right);
            case NE -> Logic.not(new Comparison(Operator.EQ, left, right));
            case GE -> Logic.not(new Comparison(Operator.LT, left, right));
            case GT -> new Comparison(Operator.LT, right, left);
            case LE -> Logic.not(new Comparison(Operator.LT, right, left));
            default -> throw new IllegalStateException(operator + " is no comparison");
        };
    }

    /// IS [NOT] DISTINCT FROM: NULL equals NULL.
    static Step distinct(Step left, Step right, boolean negated) {
        var out = new Bools();
        var leftLane = new Lane[1];
        var rightLane = new Lane[1];
        var equal = new Comparison(
                Operator.EQ,
                (frame, active) -> leftLane[0] = left.run(frame, active),
                (frame, active) -> rightLane[0] = right.run(frame, active));
        return (frame, active) -> {
            var same = (Bools) equal.run(frame, active);
            for (int w = 0; w < Lane.WORDS; w++) {
                long a = leftLane[0].nulls[w];
                long b = rightLane[0].nulls[w];
                long is = same.bits[w] | (a & b);
                out.bits[w] = negated ? is : ~is;
            }
            return out;
        };
    }

    @Override
    void compute(Lane[] in, long[] live, Frame frame) {
        boolean equal = operator == Operator.EQ;
        int words = frame.words();
        switch (in[0]) {
            case Bools left -> compareBits(left.bits, ((Bools) in[1]).bits, equal);
            case Lane.Longs left -> compareLongs(left.values, ((Lane.Longs) in[1]).values, live, equal, words);
            case Lane.Doubles left -> compareDoubles(left.values, ((Lane.Doubles) in[1]).values, equal, words);
            case Lane.Bytes left -> compareBytes(left, (Lane.Bytes) in[1], live, words);
            case Lane.Decimals left -> {
                var right = (Lane.Decimals) in[1];
                if (left.scale == right.scale && !left.hasWide() && !right.hasWide()) {
                    compareLongs(left.values, right.values, live, equal, words);
                } else {
                    compareCells(left, right, live, words);
                }
            }
            case Lane.Objects _, Lane.Vectors _ -> compareCells(in[0], in[1], live, words);
        }
        out.settle();
    }

    private void compareBits(long[] a, long[] b, boolean equal) {
        for (int w = 0; w < Lane.WORDS; w++) {
            out.bits[w] = equal ? ~(a[w] ^ b[w]) : ~a[w] & b[w];
        }
    }

    private void compareLongs(long[] a, long[] b, long[] live, boolean equal, int words) {
        for (int w = 0; w < words; w++) {
            long word = 0;
            int base = w << 6;
            if (Long.bitCount(live[w]) <= FEW) {
                for (long left = live[w]; left != 0; left &= left - 1) {
                    int i = Long.numberOfTrailingZeros(left);
                    boolean is = equal ? a[base + i] == b[base + i] : a[base + i] < b[base + i];
                    word |= (is ? 1L : 0L) << i;
                }
            } else if (equal) {
                for (int i = 0; i < 64; i++) {
                    word |= (a[base + i] == b[base + i] ? 1L : 0L) << i;
                }
            } else {
                for (int i = 0; i < 64; i++) {
                    word |= (a[base + i] < b[base + i] ? 1L : 0L) << i;
                }
            }
            out.bits[w] = word;
        }
    }

    private void compareDoubles(double[] a, double[] b, boolean equal, int words) {
        for (int w = 0; w < words; w++) {
            long word = 0;
            int base = w << 6;
            if (equal) {
                for (int i = 0; i < 64; i++) {
                    word |= same(a[base + i], b[base + i]) << i;
                }
            } else {
                for (int i = 0; i < 64; i++) {
                    word |= below(a[base + i], b[base + i]) << i;
                }
            }
            out.bits[w] = word;
        }
    }

    /// 1 if they are equal, else 0. Without a branch, as [#below]: what half of a column's rows do, no processor
    /// foretells, and each miss costs as much as ten rows.
    private static long same(double a, double b) {
        return (a == b ? 1L : 0L) | ((Double.isNaN(a) ? 1L : 0L) & (Double.isNaN(b) ? 1L : 0L));
    }

    private static long below(double a, double b) {
        return (a < b ? 1L : 0L) | ((Double.isNaN(b) ? 1L : 0L) & (Double.isNaN(a) ? 0L : 1L));
    }

    private void compareBytes(Lane.Bytes a, Lane.Bytes b, long[] live, int words) {
        boolean equal = operator == Operator.EQ;
        for (int w = 0; w < words; w++) {
            long result = 0;
            for (long word = live[w]; word != 0; word &= word - 1) {
                int bit = Long.numberOfTrailingZeros(word);
                int row = (w << 6) + bit;
                int aStart = a.starts[row];
                int bStart = b.starts[row];
                int aEnd = aStart + a.lengths[row];
                int bEnd = bStart + b.lengths[row];
                boolean is = equal
                        ? a.lengths[row] == b.lengths[row] && Arrays.equals(a.heap, aStart, aEnd, b.heap, bStart, bEnd)
                        : Arrays.compareUnsigned(a.heap, aStart, aEnd, b.heap, bStart, bEnd) < 0;
                result |= (is ? 1L : 0L) << bit;
            }
            out.bits[w] = result;
        }
    }

    private void compareCells(Lane a, Lane b, long[] live, int words) {
        boolean equal = operator == Operator.EQ;
        for (int w = 0; w < words; w++) {
            long result = 0;
            for (long word = live[w]; word != 0; word &= word - 1) {
                int bit = Long.numberOfTrailingZeros(word);
                int row = (w << 6) + bit;
                int order = compare(a.cell(row), b.cell(row));
                result |= ((equal ? order == 0 : order < 0) ? 1L : 0L) << bit;
            }
            out.bits[w] = result;
        }
    }

    /// The order of two cells of one type.
    static int compare(Object a, Object b) {
        return switch (a) {
            case Boolean bool -> Boolean.compare(bool, (Boolean) b);
            case Long number -> Long.compare(number, (Long) b);
            case Double number -> {
                double other = (Double) b;
                yield (int) (below(other, number) - below(number, other));
            }
            case BigDecimal decimal -> decimal.compareTo((BigDecimal) b);
            case String text -> comparePoints(text, (String) b);
            case byte[] bytes -> Arrays.compareUnsigned(bytes, (byte[]) b);
            case float[] elements -> compareElements(elements, (float[]) b);
            case List<?> list -> compareLists(list, (List<?>) b);
            default -> throw new IllegalStateException("No cell is a " + a.getClass());
        };
    }

    /// By code point, which is the order of UTF-8 bytes but not of UTF-16 units.
    private static int comparePoints(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean surrogates = Character.isSurrogate(x) != Character.isSurrogate(y);
                return surrogates ? (Character.isSurrogate(x) ? 1 : -1) : Character.compare(x, y);
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    private static int compareElements(float[] a, float[] b) {
        int length = Math.min(a.length, b.length);
        for (int i = 0; i < length; i++) {
            if (a[i] != b[i]) {
                return Float.compare(a[i], b[i]);
            }
        }
        return Integer.compare(a.length, b.length);
    }

    /// NULL items are above all others, and equal to each other.
    private static int compareLists(List<?> a, List<?> b) {
        int length = Math.min(a.size(), b.size());
        for (int i = 0; i < length; i++) {
            @Nullable Object x = a.get(i);
            @Nullable Object y = b.get(i);
            int order = x == null || y == null ? Boolean.compare(x == null, y == null) : compare(x, y);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a.size(), b.size());
    }

    /// GREATEST and LEAST; NULLs are passed over.
    static Step.NullableRowFunction extreme(boolean greatest) {
        return arguments -> Arrays.stream(arguments)
                .filter(Objects::nonNull)
                .reduce((a, b) -> compare(a, b) < 0 == greatest ? b : a)
                .orElse(null);
    }
}
