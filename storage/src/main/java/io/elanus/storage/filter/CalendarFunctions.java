package io.elanus.storage.filter;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Step.RowFunction;
import io.elanus.storage.type.ColumnType.Simple;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;

/// Times made of numbers and of times elsewhere.
final class CalendarFunctions {
    private CalendarFunctions() {}

    static Object date(Object[] cells) {
        try {
            return LocalDate.of(number(cells[0]), number(cells[1]), number(cells[2]))
                    .toEpochDay();
        } catch (DateTimeException e) {
            throw invalid(e);
        }
    }

    static Object time(Object[] cells) {
        return clock(cells, 0);
    }

    static Object timestamp(Object[] cells) {
        return (Long) date(cells) * TimeText.MICROS_PER_DAY + clock(cells, 3);
    }

    private static long clock(Object[] cells, int at) {
        double seconds = (Double) cells[at + 2];
        if (!(seconds >= 0 && seconds < 60)) {
            throw invalid(new DateTimeException("seconds are not from 0 to 60"));
        }
        try {
            LocalTime minute = LocalTime.of(number(cells[at]), number(cells[at + 1]));
            return TimeText.micros(minute) + Math.round(seconds * TimeText.MICROS_PER_SECOND);
        } catch (DateTimeException e) {
            throw invalid(e);
        }
    }

    private static int number(Object cell) {
        return Math.clamp((Long) cell, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private static StorageException invalid(DateTimeException cause) {
        return new StorageException(
                ErrorCode.INVALID_DATETIME,
                "A field of the date or time is out of range: %s.".formatted(cause.getMessage()),
                cause);
    }

    static Object fromEpoch(double seconds) {
        double micros = Math.rint(seconds * TimeText.MICROS_PER_SECOND);
        if (!(Math.abs(micros) < Long.MAX_VALUE)) {
            throw TimeText.outOfRange(Simple.TIMESTAMP_TZ);
        }
        return (long) micros;
    }

    /// @param toInstant the time is that of clocks in the zone
    static RowFunction atZone(boolean toInstant) {
        return cells -> {
            ZoneId zone = TextForms.zone((String) cells[0]);
            long time = (Long) cells[1];
            return toInstant ? TimeText.toInstant(time, zone) : TimeText.toLocal(time, zone);
        };
    }

    static Object bin(long width, long time, long origin) {
        if (width <= 0) {
            throw new StorageException(ErrorCode.INVALID_PARAMETER, "The bins of DATE_BIN are longer than 0.");
        }
        return time - Math.floorMod(Math.subtractExact(time, origin), width);
    }
}
