package io.elanus.storage.filter;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.util.Locale;

/// What lies between two times in years, months, days and the rest, as a calendar counts: whole months from the
/// earlier time on, the days of a month that is not whole by the length of the earlier one's month.
///
/// @param months years included
/// @param micros of the part of a day
record Age(int months, int days, long micros) {
    private static final int MONTHS = 12;
    private static final long MICROS_PER_MINUTE = 60 * TimeText.MICROS_PER_SECOND;
    private static final long MICROS_PER_HOUR = 60 * MICROS_PER_MINUTE;

    /// From the second to the first; below zero in all its fields where the first is the earlier one.
    static Age between(long first, long second) {
        return first < second ? of(second, first).negated() : of(first, second);
    }

    private static Age of(long later, long earlier) {
        LocalDateTime to = TimeText.local(later);
        LocalDateTime from = TimeText.local(earlier);
        long micros = Math.floorMod(later, TimeText.MICROS_PER_DAY) - Math.floorMod(earlier, TimeText.MICROS_PER_DAY);
        int days = to.getDayOfMonth() - from.getDayOfMonth();
        int months = (to.getYear() - from.getYear()) * MONTHS + to.getMonthValue() - from.getMonthValue();
        if (micros < 0) {
            micros += TimeText.MICROS_PER_DAY;
            days--;
        }
        if (days < 0) {
            days += YearMonth.from(from).lengthOfMonth();
            months--;
        }
        return new Age(months, days, micros);
    }

    private Age negated() {
        return new Age(-months, -days, -micros);
    }

    private int years() {
        return months / MONTHS;
    }

    private long hours() {
        return micros / MICROS_PER_HOUR;
    }

    /// `1 year 2 mons 3 days 04:05:06`, as PostgreSQL writes intervals.
    String text() {
        var text = new StringBuilder();
        append(text, years(), "year");
        append(text, months % MONTHS, "mon");
        append(text, days, "day");
        if (micros != 0 || text.isEmpty()) {
            long size = Math.abs(micros);
            text.append(text.isEmpty() ? "" : " ").append(micros < 0 ? "-" : "").append(clock(size));
        }
        return text.toString();
    }

    private static void append(StringBuilder text, int count, String unit) {
        if (count != 0) {
            text.append(text.isEmpty() ? "" : " ").append(count).append(' ').append(unit);
            text.append(count == 1 ? "" : "s");
        }
    }

    private static String clock(long micros) {
        long seconds = micros / TimeText.MICROS_PER_SECOND;
        String clock = "%02d:%02d:%02d".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60);
        long fraction = micros % TimeText.MICROS_PER_SECOND;
        return fraction == 0 ? clock : clock + ("." + "%06d".formatted(fraction)).replaceAll("0+$", "");
    }

    double field(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "year", "years" -> years();
            case "month", "months" -> months % MONTHS;
            case "day", "days" -> days;
            case "hour", "hours" -> hours();
            case "minute", "minutes" -> micros / MICROS_PER_MINUTE % 60;
            case "second", "seconds" -> micros % MICROS_PER_MINUTE / (double) TimeText.MICROS_PER_SECOND;
            default ->
                throw new StorageException(
                        ErrorCode.INVALID_PARAMETER,
                        "An age has no field [%s]; there are year, month, day, hour, minute and second."
                                .formatted(name));
        };
    }
}
