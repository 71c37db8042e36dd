package io.elanus.storage.filter;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Step.RowFunction;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.math.BigDecimal;
import java.math.BigInteger;

/// Functions of whole numbers.
final class IntegerFunctions {
    private static final int MAX_FACTORIAL = 33;

    private IntegerFunctions() {}

    static RowFunction quotient(ColumnType type) {
        return cells -> {
            BigDecimal divisor = number(cells[1]);
            if (divisor.signum() == 0) {
                throw Numbers.divisionByZero();
            }
            BigDecimal whole = number(cells[0]).divideToIntegralValue(divisor);
            return type instanceof ColumnType.Decimal decimal
                    ? (Object) Numbers.fit(whole, decimal)
                    : Numbers.toLong(whole, type);
        };
    }

    private static BigDecimal number(Object cell) {
        return cell instanceof Long whole ? BigDecimal.valueOf(whole) : (BigDecimal) cell;
    }

    static long gcd(long a, long b) {
        return fit(BigInteger.valueOf(a).gcd(BigInteger.valueOf(b)));
    }

    static long lcm(long a, long b) {
        if (a == 0 || b == 0) {
            return 0;
        }
        BigInteger common = BigInteger.valueOf(a).gcd(BigInteger.valueOf(b));
        return fit(BigInteger.valueOf(a)
                .divide(common)
                .multiply(BigInteger.valueOf(b))
                .abs());
    }

    private static long fit(BigInteger number) {
        return Numbers.toLong(new BigDecimal(number), Simple.BIGINT);
    }

    static BigDecimal factorial(long n, ColumnType.Decimal type) {
        if (n < 0) {
            throw new StorageException(
                    ErrorCode.NUMBER_OUT_OF_RANGE, "The factorial of a negative number is not defined.");
        }
        if (n > MAX_FACTORIAL) {
            throw Numbers.outOfRange(type);
        }
        BigInteger product = BigInteger.ONE;
        for (long i = 2; i <= n; i++) {
            product = product.multiply(BigInteger.valueOf(i));
        }
        return new BigDecimal(product);
    }

    /// Which of the equal buckets between the bounds the value is in: 1 to the count, 0 below, count + 1 above.
    static Object bucket(Object[] cells) {
        double value = (Double) cells[0];
        double low = (Double) cells[1];
        double high = (Double) cells[2];
        long count = (Long) cells[3];
        if (count <= 0 || low == high) {
            throw new StorageException(
                    ErrorCode.INVALID_PARAMETER, "WIDTH_BUCKET takes two different bounds and 1 or more buckets.");
        }
        boolean rising = low < high;
        if (rising ? value < low : value > low) {
            return 0L;
        }
        if (rising ? value >= high : value <= high) {
            return count + 1;
        }
        return (long) Math.floor(count * ((value - low) / (high - low))) + 1;
    }
}
