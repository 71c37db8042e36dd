package io.elanus.storage.filter;

import io.elanus.storage.filter.Lane.Doubles;
import io.elanus.storage.filter.Lane.Longs;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.List;

/// ADD, SUBTRACT, MULTIPLY, DIVIDE and MOD. The loops run over every slot without a branch and note whether
/// anything went wrong; only then are the live rows looked at one by one.
final class Arithmetic {
    private Arithmetic() {}

    static Step of(Operator operator, Step left, Step right, ColumnType type) {
        return switch (Lane.of(type)) {
            case Longs out -> new Whole(operator, List.of(left, right), out, type);
            case Doubles out -> new Floating(operator, List.of(left, right), out, type == Simple.REAL);
            case Lane.Decimals out ->
                new DecimalArithmetic(operator, List.of(left, right), out, (ColumnType.Decimal) type);
            case Lane _ -> throw new IllegalArgumentException("No arithmetic on " + type.sql());
        };
    }

    private static final class Whole extends Step.Strict<Longs> {
        private final Operator operator;
        private final ColumnType type;

        Whole(Operator operator, List<Step> arguments, Longs out, ColumnType type) {
            super(arguments, out);
            this.operator = operator;
            this.type = type;
        }

        @Override
        void compute(Lane[] in, long[] live, Frame frame) {
            long[] a = ((Longs) in[0]).values;
            long[] b = ((Longs) in[1]).values;
            int rows = frame.rows;
            boolean failed = switch (operator) {
                case ADD -> add(a, b, out.values, rows);
                case SUBTRACT -> subtract(a, b, out.values, rows);
                case MULTIPLY -> multiply(a, b, out.values, rows);
                default -> true;
            };
            if (failed || (type != Simple.BIGINT && !inRange(out.values, rows))) {
                computeChecked(a, b, live, frame);
            }
        }

        private static boolean add(long[] a, long[] b, long[] result, int rows) {
            long overflow = 0;
            for (int i = 0; i < rows; i++) {
                long sum = a[i] + b[i];
                overflow |= (a[i] ^ sum) & (b[i] ^ sum);
                result[i] = sum;
            }
            return overflow < 0;
        }

        private static boolean subtract(long[] a, long[] b, long[] result, int rows) {
            long overflow = 0;
            for (int i = 0; i < rows; i++) {
                long difference = a[i] - b[i];
                overflow |= (a[i] ^ b[i]) & (a[i] ^ difference);
                result[i] = difference;
            }
            return overflow < 0;
        }

        private static boolean multiply(long[] a, long[] b, long[] result, int rows) {
            long overflow = 0;
            for (int i = 0; i < rows; i++) {
                long product = a[i] * b[i];
                overflow |= Math.multiplyHigh(a[i], b[i]) ^ product >> 63;
                result[i] = product;
            }
            return overflow != 0;
        }

        private boolean inRange(long[] values, int rows) {
            long low = Numbers.min(type);
            long high = Numbers.max(type);
            long outside = 0;
            for (int i = 0; i < rows; i++) {
                outside |= (values[i] - low) | (high - values[i]);
            }
            return outside >= 0;
        }

        private void computeChecked(long[] a, long[] b, long[] live, Frame frame) {
            for (int w = 0; w < frame.words(); w++) {
                for (long word = live[w]; word != 0; word &= word - 1) {
                    int row = (w << 6) + Long.numberOfTrailingZeros(word);
                    out.values[row] = checked(a[row], b[row]);
                }
            }
        }

        private long checked(long a, long b) {
            try {
                if (b == 0 && (operator == Operator.DIVIDE || operator == Operator.MOD)) {
                    throw Numbers.divisionByZero();
                }
                long result = switch (operator) {
                    case ADD -> Math.addExact(a, b);
                    case SUBTRACT -> Math.subtractExact(a, b);
                    case MULTIPLY -> Math.multiplyExact(a, b);
                    case DIVIDE -> Math.divideExact(a, b);
                    case MOD -> a % b;
                    default -> throw new IllegalStateException(operator + " is no arithmetic");
                };
                return Numbers.checkRange(result, type);
            } catch (ArithmeticException _) {
                throw Numbers.outOfRange(type);
            }
        }
    }

    private static final class Floating extends Step.Strict<Doubles> {
        private final Operator operator;
        private final boolean real;

        Floating(Operator operator, List<Step> arguments, Doubles out, boolean real) {
            super(arguments, out);
            this.operator = operator;
            this.real = real;
        }

        @Override
        void compute(Lane[] in, long[] live, Frame frame) {
            double[] a = ((Doubles) in[0]).values;
            double[] b = ((Doubles) in[1]).values;
            double[] result = out.values;
            int rows = frame.rows;
            switch (operator) {
                case ADD -> {
                    for (int i = 0; i < rows; i++) {
                        result[i] = a[i] + b[i];
                    }
                }
                case SUBTRACT -> {
                    for (int i = 0; i < rows; i++) {
                        result[i] = a[i] - b[i];
                    }
                }
                case MULTIPLY -> {
                    for (int i = 0; i < rows; i++) {
                        result[i] = a[i] * b[i];
                    }
                }
                case DIVIDE -> {
                    for (int i = 0; i < rows; i++) {
                        result[i] = a[i] / b[i];
                    }
                }
                case MOD -> {
                    for (int i = 0; i < rows; i++) {
                        result[i] = a[i] % b[i];
                    }
                }
                default -> throw new IllegalStateException(operator + " is no arithmetic");
            }
            if (real) {
                for (int i = 0; i < rows; i++) {
                    result[i] = (float) result[i];
                }
            }
            check(a, b, live, frame);
        }

        /// A result that is infinite or NaN though the operands are not is an error, and so is a zero divisor.
        private void check(double[] a, double[] b, long[] live, Frame frame) {
            boolean finite = true;
            for (int i = 0; i < frame.rows; i++) {
                finite &= Math.abs(out.values[i]) <= Double.MAX_VALUE;
            }
            boolean divides = operator == Operator.DIVIDE || operator == Operator.MOD;
            if (finite) {
                return;
            }
            for (int w = 0; w < frame.words(); w++) {
                for (long word = live[w]; word != 0; word &= word - 1) {
                    int row = (w << 6) + Long.numberOfTrailingZeros(word);
                    if (divides && b[row] == 0) {
                        throw Numbers.divisionByZero();
                    }
                    if (Double.isInfinite(out.values[row]) && Double.isFinite(a[row]) && Double.isFinite(b[row])) {
                        throw Numbers.outOfRange(real ? Simple.REAL : Simple.DOUBLE);
                    }
                }
            }
        }
    }
}
