package io.elanus.storage.filter;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Lane.Longs;
import io.elanus.storage.filter.Step.RowFunction;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.Locale;

/// Fields of times, truncation, and arithmetic with microseconds, days and months.
final class TimeFunctions {
    private TimeFunctions() {}

    /// The field as BIGINT, or with its fraction as DOUBLE or DECIMAL.
    static RowFunction extract(String field, ColumnType from, ColumnType to, ZoneId zone) {
        String name = field.toLowerCase(Locale.ROOT);
        long unit = unitMicros(name);
        return cells -> {
            long value = (Long) cells[0];
            if (name.equals("epoch")) {
                return scaled(
                        from == Simple.DATE ? value * TimeText.MICROS_PER_DAY : value, TimeText.MICROS_PER_SECOND, to);
            }
            long local = local(value, from, zone);
            return unit > 0
                    ? scaled(Math.floorMod(local, 60 * TimeText.MICROS_PER_SECOND), unit, to)
                    : scaled(field(name, local), 1, to);
        };
    }

    /// Microseconds in the unit of a field of seconds, 0 for other fields.
    private static long unitMicros(String name) {
        return switch (name) {
            case "second", "seconds" -> TimeText.MICROS_PER_SECOND;
            case "millisecond", "milliseconds" -> 1000;
            case "microsecond", "microseconds" -> 1;
            default -> 0;
        };
    }

    private static Object scaled(long value, long unit, ColumnType to) {
        return switch (to) {
            case Simple.DOUBLE, Simple.REAL -> (double) value / unit;
            case ColumnType.Decimal decimal ->
                Numbers.fit(
                        BigDecimal.valueOf(value)
                                .divide(
                                        BigDecimal.valueOf(unit),
                                        Math.max(6, decimal.scale()),
                                        java.math.RoundingMode.HALF_UP),
                        decimal);
            default -> Numbers.checkRange(Math.floorDiv(value, unit), to);
        };
    }

    private static long local(long value, ColumnType from, ZoneId zone) {
        return from == Simple.TIME ? value : Casts.time(value, (Simple) from, Simple.TIMESTAMP, zone);
    }

    private static long field(String name, long local) {
        long days = Math.floorDiv(local, TimeText.MICROS_PER_DAY);
        long minutes = Math.floorMod(local, TimeText.MICROS_PER_DAY) / (60 * TimeText.MICROS_PER_SECOND);
        LocalDate date = LocalDate.ofEpochDay(days);
        return switch (name) {
            case "year", "years" -> date.getYear();
            case "month", "months" -> date.getMonthValue();
            case "day", "days" -> date.getDayOfMonth();
            case "hour", "hours" -> minutes / 60;
            case "minute", "minutes" -> minutes % 60;
            case "quarter" -> date.get(IsoFields.QUARTER_OF_YEAR);
            case "week", "weeks" -> date.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
            case "isoyear" -> date.get(IsoFields.WEEK_BASED_YEAR);
            case "dow" -> date.getDayOfWeek().getValue() % 7;
            case "isodow" -> date.getDayOfWeek().getValue();
            case "doy" -> date.getDayOfYear();
            case "decade" -> Math.floorDiv(date.getYear(), 10);
            case "century" -> Math.floorDiv(date.getYear() + 99, 100);
            case "millennium" -> Math.floorDiv(date.getYear() + 999, 1000);
            default -> throw unknown(name);
        };
    }

    static RowFunction truncate(String field, ColumnType from, ColumnType to, ZoneId zone) {
        String name = field.toLowerCase(Locale.ROOT);
        return cells -> {
            long local = local((Long) cells[0], from, zone);
            long cut = truncate(name, local);
            if (from == Simple.TIME) {
                return cut;
            }
            return Casts.time(cut, Simple.TIMESTAMP, (Simple) to, zone);
        };
    }

    private static long truncate(String name, long local) {
        long second = TimeText.MICROS_PER_SECOND;
        return switch (name) {
            case "microsecond", "microseconds" -> local;
            case "millisecond", "milliseconds" -> local - Math.floorMod(local, 1000L);
            case "second" -> local - Math.floorMod(local, second);
            case "minute" -> local - Math.floorMod(local, 60 * second);
            case "hour" -> local - Math.floorMod(local, 3600 * second);
            default -> {
                LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(local, TimeText.MICROS_PER_DAY));
                yield truncate(name, date).toEpochDay() * TimeText.MICROS_PER_DAY;
            }
        };
    }

    private static LocalDate truncate(String name, LocalDate date) {
        int year = date.getYear();
        return switch (name) {
            case "day" -> date;
            case "week" -> date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case "month" -> date.withDayOfMonth(1);
            case "quarter" -> LocalDate.of(year, (date.getMonthValue() - 1) / 3 * 3 + 1, 1);
            case "year" -> LocalDate.of(year, 1, 1);
            case "decade" -> LocalDate.of(Math.floorDiv(year, 10) * 10, 1, 1);
            case "century" -> LocalDate.of(Math.floorDiv(year - 1, 100) * 100 + 1, 1, 1);
            case "millennium" -> LocalDate.of(Math.floorDiv(year - 1, 1000) * 1000 + 1, 1, 1);
            default -> throw unknown(name);
        };
    }

    private static StorageException unknown(String field) {
        return new StorageException(
                ErrorCode.INVALID_PARAMETER,
                "Time field [%s] is not known. Use year, quarter, month, week, day, hour, minute or second."
                        .formatted(field));
    }

    /// value, microseconds.
    static Step addMicros(List<Step> arguments, ColumnType from, ColumnType to) {
        return new Step.RowStep(arguments, new Longs(), cells -> {
            long micros = (Long) cells[1];
            long value = (Long) cells[0];
            try {
                if (from == Simple.TIME) {
                    return Math.floorMod(value + micros % TimeText.MICROS_PER_DAY, TimeText.MICROS_PER_DAY);
                }
                long base = from == Simple.DATE ? Math.multiplyExact(value, TimeText.MICROS_PER_DAY) : value;
                long sum = Math.addExact(base, micros);
                return to == Simple.DATE ? Math.floorDiv(sum, TimeText.MICROS_PER_DAY) : inYears(sum, to);
            } catch (ArithmeticException _) {
                throw TimeText.outOfRange(to);
            }
        });
    }

    static Step addMonths(List<Step> arguments, ColumnType from, ColumnType to) {
        return new Step.RowStep(arguments, new Longs(), cells -> {
            long value = (Long) cells[0];
            long months = (Long) cells[1];
            try {
                if (from == Simple.DATE && to == Simple.DATE) {
                    return inYears(LocalDate.ofEpochDay(value).plusMonths(months));
                }
                LocalDateTime local = TimeText.local(from == Simple.DATE ? value * TimeText.MICROS_PER_DAY : value);
                return inYears(TimeText.micros(local.plus(months, ChronoUnit.MONTHS)), to);
            } catch (ArithmeticException | java.time.DateTimeException _) {
                throw TimeText.outOfRange(to);
            }
        });
    }

    /// Of an instant or a time of day and date, in microseconds.
    static long plusMonths(long micros, long months) {
        try {
            return inYears(TimeText.micros(TimeText.local(micros).plusMonths(months)), Simple.TIMESTAMP);
        } catch (ArithmeticException | java.time.DateTimeException _) {
            throw TimeText.outOfRange(Simple.TIMESTAMP);
        }
    }

    static RowFunction addDays() {
        return cells -> {
            try {
                return inYears(LocalDate.ofEpochDay(Math.addExact((Long) cells[0], (Long) cells[1])));
            } catch (ArithmeticException | java.time.DateTimeException _) {
                throw TimeText.outOfRange(Simple.DATE);
            }
        };
    }

    private static long inYears(LocalDate date) {
        if (date.getYear() < 1 || date.getYear() > 9999) {
            throw TimeText.outOfRange(Simple.DATE);
        }
        return date.toEpochDay();
    }

    private static long inYears(long micros, ColumnType type) {
        int year = TimeText.local(micros).getYear();
        if (year < 1 || year > 9999) {
            throw TimeText.outOfRange(type);
        }
        return micros;
    }

    /// a minus b in microseconds; DATEs count from their midnight.
    static RowFunction microsBetween(ColumnType left, ColumnType right) {
        long a = left == Simple.DATE ? TimeText.MICROS_PER_DAY : 1;
        long b = right == Simple.DATE ? TimeText.MICROS_PER_DAY : 1;
        return cells -> (Long) cells[0] * a - (Long) cells[1] * b;
    }
}
