package io.elanus.jdbc;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.util.Locale;
import org.apache.calcite.avatica.ColumnMetaData.AvaticaType;

/// Numbers and booleans of a column, as the Java type a program asks for: a fraction is cut off an integer, one out of
/// range is an error. Dates and times travel as numbers, but are none. Pure functions: any thread.
final class Numbers {
    private Numbers() {}

    static BigDecimal decimal(Object value, AvaticaType type) throws SQLException {
        if (value instanceof BigDecimal) {
            return (BigDecimal) value;
        }
        if (value instanceof Boolean) {
            return (Boolean) value ? BigDecimal.ONE : BigDecimal.ZERO;
        }
        boolean number = value instanceof Number || value instanceof String;
        if (number && !Temporals.isTime(type)) {
            try {
                return new BigDecimal(value.toString().strip());
            } catch (NumberFormatException e) {
                throw Conversions.cannot(type, "a number");
            }
        }
        throw Conversions.cannot(type, "a number");
    }

    static long integer(Object value, AvaticaType type, long min, long max) throws SQLException {
        long number;
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            number = ((Number) value).longValue();
            if (Temporals.isTime(type)) {
                throw Conversions.cannot(type, "a number");
            }
        } else if (value instanceof Double || value instanceof Float) {
            double real = ((Number) value).doubleValue();
            number = (long) real;
            if (Double.isNaN(real) || real >= 0x1p63 || real < -0x1p63) {
                throw range(min, max);
            }
        } else {
            BigDecimal whole = decimal(value, type).setScale(0, RoundingMode.DOWN);
            if (whole.precision() > 19) {
                throw range(min, max);
            }
            number = whole.longValue();
        }
        if (number < min || number > max) {
            throw range(min, max);
        }
        return number;
    }

    static double real(Object value, AvaticaType type) throws SQLException {
        return value instanceof Double || value instanceof Float
                ? ((Number) value).doubleValue()
                : decimal(value, type).doubleValue();
    }

    static boolean bool(Object value, AvaticaType type) throws SQLException {
        if (value instanceof Boolean) {
            return (Boolean) value;
        }
        if (value instanceof String) {
            switch (((String) value).strip().toLowerCase(Locale.ROOT)) {
                case "true":
                case "t":
                case "yes":
                case "1":
                    return true;
                case "false":
                case "f":
                case "no":
                case "0":
                    return false;
                default:
                    throw Conversions.cannot(type, "a boolean");
            }
        }
        return decimal(value, type).signum() != 0;
    }

    private static SQLException range(long min, long max) {
        return new SQLDataException("The value does not lie between " + min + " and " + max, "22003");
    }
}
