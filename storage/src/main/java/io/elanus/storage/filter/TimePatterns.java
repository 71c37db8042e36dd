package io.elanus.storage.filter;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.type.ColumnType.Simple;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.time.temporal.IsoFields;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// TO_CHAR, TO_DATE and TO_TIMESTAMP: times by PostgreSQL's patterns. A pattern is a row of fields (`YYYY`, `MM`,
/// `HH24` …), each perhaps behind `FM`, which leaves padding out, and perhaps before `TH`; text in double quotes and
/// whatever is no field stand for themselves. Times with zone are those of UTC.
final class TimePatterns {
    /// Longer names first, so that `YYYY` is not two `YY`.
    private static final List<String> FIELDS = List.of(
            "IYYY", "YYYY", "Y,YYY", "MONTH", "Month", "month", "IYY", "YYY", "HH24", "HH12", "A.M.", "P.M.", "a.m.",
            "p.m.", "DAY", "Day", "day", "DDD", "MON", "Mon", "mon", "SSSSS", "SSSS", "IW", "WW", "IY", "YY", "MI",
            "MM", "HH", "SS", "MS", "US", "DY", "Dy", "dy", "DD", "ID", "CC", "AM", "PM", "am", "pm", "TZH", "TZM",
            "TZ", "OF", "RM", "Q", "D", "W", "Y", "J");
    private static final long JULIAN_EPOCH = 2_440_588;
    private static final int LONGEST_NAME = 9;

    private TimePatterns() {}

    /// The field that begins here, however it is written; null if none does.
    private static @Nullable String fieldAt(String pattern, int at) {
        for (String field : FIELDS) {
            if (pattern.startsWith(field, at)) {
                return field;
            }
        }
        for (String field : FIELDS) {
            if (pattern.regionMatches(true, at, field, 0, field.length())) {
                return field.toUpperCase(Locale.ROOT);
            }
        }
        return null;
    }

    static String format(long value, Simple type, String pattern) {
        LocalDateTime time = TimeText.local(
                switch (type) {
                    case DATE -> value * TimeText.MICROS_PER_DAY;
                    default -> value;
                });
        var text = new StringBuilder();
        boolean bare = false;
        int at = 0;
        while (at < pattern.length()) {
            if (pattern.startsWith("FM", at) || pattern.startsWith("fm", at)) {
                bare = true;
                at += 2;
                continue;
            }
            if (pattern.charAt(at) == '"') {
                int end = pattern.indexOf('"', at + 1);
                end = end < 0 ? pattern.length() : end;
                text.append(pattern, at + 1, end);
                at = end + 1;
                continue;
            }
            String field = fieldAt(pattern, at);
            if (field == null) {
                text.append(pattern.charAt(at++));
                continue;
            }
            String written = field(field, time, bare);
            text.append(written);
            at += field.length();
            if (pattern.regionMatches(true, at, "TH", 0, 2) && Character.isDigit(written.charAt(0))) {
                String ordinal = ordinal(written);
                text.append(pattern.charAt(at) == 't' ? ordinal : ordinal.toUpperCase(Locale.ROOT));
                at += 2;
            }
            bare = false;
        }
        return text.toString();
    }

    private static String ordinal(String number) {
        int length = number.length();
        boolean teen = length > 1 && number.charAt(length - 2) == '1';
        return switch (number.charAt(length - 1)) {
            case '1' -> teen ? "th" : "st";
            case '2' -> teen ? "th" : "nd";
            case '3' -> teen ? "th" : "rd";
            default -> "th";
        };
    }

    private static String field(String field, LocalDateTime time, boolean bare) {
        int year = time.getYear();
        int hour12 = (time.getHour() + 11) % 12 + 1;
        return switch (field) {
            case "YYYY" -> digits(year, bare ? 1 : 4);
            case "Y,YYY" -> String.format(Locale.ROOT, "%d,%03d", year / 1000, year % 1000);
            case "YYY" -> digits(year % 1000, bare ? 1 : 3);
            case "YY" -> digits(year % 100, bare ? 1 : 2);
            case "Y" -> digits(year % 10, 1);
            case "IYYY" -> digits(time.get(IsoFields.WEEK_BASED_YEAR), bare ? 1 : 4);
            case "IYY" -> digits(time.get(IsoFields.WEEK_BASED_YEAR) % 1000, bare ? 1 : 3);
            case "IY" -> digits(time.get(IsoFields.WEEK_BASED_YEAR) % 100, bare ? 1 : 2);
            case "CC" -> digits(Math.floorDiv(year + 99, 100), bare ? 1 : 2);
            case "Q" -> digits(time.get(IsoFields.QUARTER_OF_YEAR), 1);
            case "MM" -> digits(time.getMonthValue(), bare ? 1 : 2);
            case "DD" -> digits(time.getDayOfMonth(), bare ? 1 : 2);
            case "DDD" -> digits(time.getDayOfYear(), bare ? 1 : 3);
            case "D" -> digits(time.getDayOfWeek().getValue() % 7 + 1, 1);
            case "ID" -> digits(time.getDayOfWeek().getValue(), 1);
            case "W" -> digits((time.getDayOfMonth() - 1) / 7 + 1, 1);
            case "WW" -> digits((time.getDayOfYear() - 1) / 7 + 1, bare ? 1 : 2);
            case "IW" -> digits(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), bare ? 1 : 2);
            case "J" -> digits(time.toLocalDate().toEpochDay() + JULIAN_EPOCH, 1);
            case "HH24" -> digits(time.getHour(), bare ? 1 : 2);
            case "HH", "HH12" -> digits(hour12, bare ? 1 : 2);
            case "MI" -> digits(time.getMinute(), bare ? 1 : 2);
            case "SS" -> digits(time.getSecond(), bare ? 1 : 2);
            case "SSSS", "SSSSS" -> digits(time.toLocalTime().toSecondOfDay(), 1);
            case "MS" -> digits(time.getNano() / 1_000_000, 3);
            case "US" -> digits(time.getNano() / 1_000, 6);
            case "TZ" -> "UTC";
            case "OF", "TZH" -> "+00";
            case "TZM" -> "00";
            case "AM", "PM" -> time.getHour() < 12 ? "AM" : "PM";
            case "am", "pm" -> time.getHour() < 12 ? "am" : "pm";
            case "A.M.", "P.M." -> time.getHour() < 12 ? "A.M." : "P.M.";
            case "a.m.", "p.m." -> time.getHour() < 12 ? "a.m." : "p.m.";
            case "RM" ->
                List.of("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
                        .get(time.getMonthValue() - 1);
            default -> name(field, time, bare);
        };
    }

    private static String digits(long number, int width) {
        return String.format(Locale.ROOT, "%0" + width + "d", number);
    }

    /// Names of months and days; whole ones are padded to the longest.
    private static String name(String field, LocalDateTime time, boolean bare) {
        boolean whole = field.equalsIgnoreCase("MONTH") || field.equalsIgnoreCase("DAY");
        TextStyle style = whole ? TextStyle.FULL : TextStyle.SHORT;
        boolean month = field.toUpperCase(Locale.ROOT).startsWith("MON");
        String name = month
                ? time.getMonth().getDisplayName(style, Locale.ENGLISH)
                : time.getDayOfWeek().getDisplayName(style, Locale.ENGLISH);
        if (Character.isLowerCase(field.charAt(0))) {
            name = name.toLowerCase(Locale.ROOT);
        } else if (Character.isUpperCase(field.charAt(1))) {
            name = name.toUpperCase(Locale.ROOT);
        }
        return whole && !bare ? name + " ".repeat(LONGEST_NAME - name.length()) : name;
    }

    /// A time of the type that the text spells by the pattern. Separators stand for any others.
    static Object parse(String text, String pattern, Simple type) {
        var reading = new Reading(text);
        int at = 0;
        while (at < pattern.length()) {
            if (pattern.startsWith("FM", at) || pattern.startsWith("FX", at)) {
                at += 2;
                continue;
            }
            String field = fieldAt(pattern, at);
            if (field == null) {
                reading.separator(pattern.charAt(at++));
            } else {
                at += field.length();
                reading.field(field, at < pattern.length() && fieldAt(pattern, at) != null);
            }
        }
        try {
            LocalDateTime time = reading.time();
            return type == Simple.DATE
                    ? (Object) time.toLocalDate().toEpochDay()
                    : TimeText.micros(time.toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            throw new StorageException(
                    ErrorCode.INVALID_DATETIME,
                    "The text is no date or time by this pattern: %s.".formatted(e.getMessage()),
                    e);
        }
    }

    private static final class Reading {
        private final String text;
        private int at;
        private int year = 1;
        private int month = 1;
        private int day = 1;
        private int dayOfYear;
        private int hour;
        private int minute;
        private int second;
        private int nanos;
        private @Nullable Boolean afternoon;

        Reading(String text) {
            this.text = text;
        }

        void separator(char wanted) {
            while (at < text.length() && Character.isWhitespace(text.charAt(at)) && !Character.isWhitespace(wanted)) {
                at++;
            }
            if (at < text.length() && !Character.isLetterOrDigit(text.charAt(at))) {
                at++;
            } else if (at < text.length() && Character.isLetterOrDigit(wanted)) {
                at++;
            }
        }

        /// @param tight a field follows with nothing between, so this one has no more than its digits
        void field(String field, boolean tight) {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            switch (field) {
                case "YYYY", "IYYY" -> year = number(tight ? 4 : 9);
                case "YYY", "YY", "Y" -> {
                    int given = number(tight ? field.length() : 4);
                    year = given >= 100 ? given : given < 70 ? 2000 + given : 1900 + given;
                }
                case "MM" -> month = number(2);
                case "DD" -> day = number(2);
                case "DDD" -> dayOfYear = number(3);
                case "HH24" -> hour = number(2);
                case "HH", "HH12" -> hour = number(2);
                case "MI" -> minute = number(2);
                case "SS" -> second = number(2);
                case "MS" -> nanos = fraction(3);
                case "US" -> nanos = fraction(6);
                case "AM", "PM", "am", "pm" -> afternoon = word(2).equalsIgnoreCase("pm");
                case "A.M.", "P.M.", "a.m.", "p.m." -> afternoon = word(4).equalsIgnoreCase("p.m.");
                case "MONTH", "Month", "month" -> month = named(TextStyle.FULL);
                case "MON", "Mon", "mon" -> month = named(TextStyle.SHORT);
                case "DAY", "Day", "day", "DY", "Dy", "dy" -> {
                    while (at < text.length() && Character.isLetter(text.charAt(at))) {
                        at++;
                    }
                }
                default ->
                    throw new StorageException(
                            ErrorCode.FEATURE_NOT_SUPPORTED,
                            "Field [%s] of a pattern can be written but not read.".formatted(field));
            }
        }

        private int number(int most) {
            int from = at;
            if (at < text.length() && text.charAt(at) == '-' && most > 4) {
                at++;
            }
            while (at < text.length() && at - from < most && Character.isDigit(text.charAt(at))) {
                at++;
            }
            try {
                return Integer.parseInt(text.substring(from, at));
            } catch (NumberFormatException e) {
                throw new StorageException(
                        ErrorCode.INVALID_DATETIME, "The text has no number where its pattern has a field.", e);
            }
        }

        private int fraction(int digits) {
            int from = at;
            long value = number(digits);
            for (int i = at - from; i < 9; i++) {
                value *= 10;
            }
            return (int) value;
        }

        private String word(int length) {
            String word = text.substring(at, Math.min(text.length(), at + length));
            at += word.length();
            return word;
        }

        private int named(TextStyle style) {
            for (java.time.Month candidate : java.time.Month.values()) {
                String name = candidate.getDisplayName(style, Locale.ENGLISH);
                if (text.regionMatches(true, at, name, 0, name.length())) {
                    at += name.length();
                    return candidate.getValue();
                }
            }
            throw new StorageException(ErrorCode.INVALID_DATETIME, "The text has no month where its pattern has one.");
        }

        LocalDateTime time() {
            LocalDate date = dayOfYear > 0 ? LocalDate.ofYearDay(year, dayOfYear) : LocalDate.of(year, month, day);
            int hours = afternoon == null ? hour : hour % 12 + (afternoon ? 12 : 0);
            return date.atTime(hours, minute, second, nanos);
        }
    }
}
