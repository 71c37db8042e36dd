package io.elanus.storage.filter;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Dates and times: days or microseconds to `java.time` and text, and back. Years run from 1 to 9999.
final class TimeText {
    static final long MICROS_PER_SECOND = 1_000_000;
    static final long MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;
    private static final String DATE = "(\\d{4,5})-(\\d{1,2})-(\\d{1,2})";
    private static final String TIME = "(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:\\.(\\d{1,9}))?)?";
    private static final Pattern TIME_ONLY = Pattern.compile(TIME);
    private static final Pattern DATE_TIME =
            Pattern.compile(DATE + "(?:[ T]\\s*" + TIME + ")?\\s*(Z|z|UTC|[+-]\\d{1,2}(?::?\\d{2})?(?::\\d{2})?)?");

    private TimeText() {}

    static String formatDate(long days) {
        return LocalDate.ofEpochDay(days).toString();
    }

    static String formatTime(long micros) {
        var text = new StringBuilder();
        appendTime(text, micros);
        return text.toString();
    }

    static String formatTimestamp(long micros) {
        var text = new StringBuilder()
                .append(formatDate(Math.floorDiv(micros, MICROS_PER_DAY)))
                .append(' ');
        appendTime(text, Math.floorMod(micros, MICROS_PER_DAY));
        return text.toString();
    }

    static String formatZoned(long micros, ZoneId zone) {
        ZoneOffset offset = zone.getRules().getOffset(instant(micros));
        String local = formatTimestamp(micros + offset.getTotalSeconds() * MICROS_PER_SECOND);
        int seconds = Math.abs(offset.getTotalSeconds());
        var text = new StringBuilder(local).append(offset.getTotalSeconds() < 0 ? '-' : '+');
        appendTwo(text, seconds / 3600);
        if (seconds % 3600 != 0) {
            appendTwo(text.append(':'), seconds / 60 % 60);
        }
        return text.toString();
    }

    private static void appendTime(StringBuilder text, long micros) {
        long seconds = micros / MICROS_PER_SECOND;
        appendTwo(text, seconds / 3600);
        appendTwo(text.append(':'), seconds / 60 % 60);
        appendTwo(text.append(':'), seconds % 60);
        long fraction = micros % MICROS_PER_SECOND;
        if (fraction != 0) {
            String digits = Long.toString(MICROS_PER_SECOND + fraction).substring(1);
            int end = digits.length();
            while (digits.charAt(end - 1) == '0') {
                end--;
            }
            text.append('.').append(digits, 0, end);
        }
    }

    private static void appendTwo(StringBuilder text, long number) {
        if (number < 10) {
            text.append('0');
        }
        text.append(number);
    }

    static long parseDate(String text) {
        Matcher matcher = DATE_TIME.matcher(text.strip());
        if (!matcher.matches()) {
            throw invalid(Simple.DATE, "2024-02-29");
        }
        return date(matcher, Simple.DATE).toEpochDay();
    }

    static long parseTime(String text) {
        Matcher matcher = TIME_ONLY.matcher(text.strip());
        if (!matcher.matches()) {
            throw invalid(Simple.TIME, "13:45:00");
        }
        return timeMicros(matcher, 1, Simple.TIME);
    }

    static long parseTimestamp(String text) {
        Matcher matcher = DATE_TIME.matcher(text.strip());
        if (!matcher.matches()) {
            throw invalid(Simple.TIMESTAMP, "2024-02-29 13:45:00");
        }
        return micros(matcher, Simple.TIMESTAMP);
    }

    /// Text without an offset is a time in `zone`.
    static long parseZoned(String text, ZoneId zone) {
        Matcher matcher = DATE_TIME.matcher(text.strip());
        if (!matcher.matches()) {
            throw invalid(Simple.TIMESTAMP_TZ, "2024-02-29 13:45:00+01");
        }
        long local = micros(matcher, Simple.TIMESTAMP_TZ);
        String offset = matcher.group(8);
        if (offset == null) {
            return toInstant(local, zone);
        }
        if (offset.equalsIgnoreCase("Z") || offset.equals("UTC")) {
            return local;
        }
        return local - offsetSeconds(offset) * MICROS_PER_SECOND;
    }

    private static long offsetSeconds(String offset) {
        String digits = offset.substring(1).replace(":", "");
        if (digits.length() % 2 == 1) {
            digits = "0" + digits;
        }
        long seconds = Long.parseLong(digits.substring(0, 2)) * 3600;
        if (digits.length() >= 4) {
            seconds += Long.parseLong(digits.substring(2, 4)) * 60;
        }
        if (digits.length() >= 6) {
            seconds += Long.parseLong(digits.substring(4, 6));
        }
        if (seconds > 18 * 3600) {
            throw invalid(Simple.TIMESTAMP_TZ, "2024-02-29 13:45:00+01");
        }
        return offset.charAt(0) == '-' ? -seconds : seconds;
    }

    private static long micros(Matcher matcher, ColumnType type) {
        long days = date(matcher, type).toEpochDay();
        long time = matcher.group(4) == null ? 0 : timeMicros(matcher, 4, type);
        return days * MICROS_PER_DAY + time;
    }

    private static LocalDate date(Matcher matcher, ColumnType type) {
        try {
            int year = Integer.parseInt(matcher.group(1));
            LocalDate date = LocalDate.of(year, Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(3)));
            if (year < 1 || year > 9999) {
                throw outOfRange(type);
            }
            return date;
        } catch (DateTimeException _) {
            throw outOfRange(type);
        }
    }

    private static long timeMicros(Matcher matcher, int group, ColumnType type) {
        int hour = Integer.parseInt(matcher.group(group));
        int minute = Integer.parseInt(matcher.group(group + 1));
        int second = matcher.group(group + 2) == null ? 0 : Integer.parseInt(matcher.group(group + 2));
        if (hour > 23 || minute > 59 || second > 59) {
            throw outOfRange(type);
        }
        long nanos = 0;
        String fraction = matcher.group(group + 3);
        if (fraction != null) {
            nanos = Long.parseLong((fraction + "00000000").substring(0, 9));
        }
        return (hour * 3600L + minute * 60L + second) * MICROS_PER_SECOND + (nanos + 500) / 1000;
    }

    static Instant instant(long micros) {
        return Instant.ofEpochSecond(
                Math.floorDiv(micros, MICROS_PER_SECOND), Math.floorMod(micros, MICROS_PER_SECOND) * 1000);
    }

    static LocalDateTime local(long micros) {
        return LocalDateTime.ofEpochSecond(
                Math.floorDiv(micros, MICROS_PER_SECOND),
                (int) Math.floorMod(micros, MICROS_PER_SECOND) * 1000,
                ZoneOffset.UTC);
    }

    static long micros(LocalDateTime time) {
        return micros(time.toInstant(ZoneOffset.UTC));
    }

    static long micros(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), MICROS_PER_SECOND), time.getNano() / 1000);
    }

    static long micros(LocalTime time) {
        return time.toNanoOfDay() / 1000;
    }

    /// From an instant to the wall clock of a zone, and back.
    static long toLocal(long micros, ZoneId zone) {
        return micros + zone.getRules().getOffset(instant(micros)).getTotalSeconds() * MICROS_PER_SECOND;
    }

    static long toInstant(long local, ZoneId zone) {
        return micros(local(local).atZone(zone).toInstant());
    }

    static StorageException outOfRange(ColumnType type) {
        return new StorageException(
                ErrorCode.INVALID_DATETIME,
                "A field of the [%s] is out of range. Check month, day, hour, minute and second."
                        .formatted(type.sql()));
    }

    private static StorageException invalid(ColumnType type, String example) {
        return new StorageException(
                ErrorCode.INVALID_DATETIME,
                "The text is not a valid [%s]. Write it like %s.".formatted(type.sql(), example));
    }
}
