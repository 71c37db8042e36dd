package io.elanus.sql.parser.tree;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.avatica.util.TimeUnit;
import org.apache.calcite.runtime.CalciteException;
import org.apache.calcite.sql.SqlIntervalQualifier;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;

/// PostgreSQL's interval literals, whose text names its units: `INTERVAL '1 day 2 hours'`, `INTERVAL '02:30'`. They
/// become literals of the standard, which are of months or of days and seconds; one of both becomes a call of
/// [SyntaxOperators#MIXED_INTERVAL] with a literal for each, which can be added to and subtracted from a time.
public final class IntervalTexts {
    private static final Set<String> UNITS = Set.of(
            "YEAR",
            "YEARS",
            "QUARTER",
            "QUARTERS",
            "MONTH",
            "MONTHS",
            "WEEK",
            "WEEKS",
            "DAY",
            "DAYS",
            "HOUR",
            "HOURS",
            "MINUTE",
            "MINUTES",
            "SECOND",
            "SECONDS");
    private static final Pattern PART = Pattern.compile(
            "\\s*(?:([+-]?)(\\d+):(\\d{1,2})(?::(\\d{1,2}(?:\\.\\d*)?))?(?![\\w:.])|([+-]?(?:\\d+\\.?\\d*|\\.\\d+))\\s*([a-z]+))");
    private static final int DIGITS = 10;
    private static final BigDecimal MILLIS_PER_SECOND = BigDecimal.valueOf(1_000);
    private static final long MILLIS_PER_MINUTE = 60_000;
    private static final long MILLIS_PER_HOUR = 60 * MILLIS_PER_MINUTE;
    private static final long MILLIS_PER_DAY = 24 * MILLIS_PER_HOUR;

    private BigDecimal months = BigDecimal.ZERO;
    private BigDecimal millis = BigDecimal.ZERO;

    private IntervalTexts() {}

    /// Are these the tokens of such a literal: INTERVAL, perhaps a sign, a text, and no unit behind it?
    public static boolean follows(String first, String second, String third, String fourth) {
        boolean signed = second.equals("-") || second.equals("+");
        String text = signed ? third : second;
        String behind = signed ? fourth : third;
        return first.equalsIgnoreCase("INTERVAL")
                && text.startsWith("'")
                && !UNITS.contains(behind.toUpperCase(Locale.ROOT));
    }

    public static SqlNode interval(String text, boolean negative, SqlParserPos pos) {
        var interval = new IntervalTexts();
        interval.read(text);
        if (negative) {
            interval.months = interval.months.negate();
            interval.millis = interval.millis.negate();
        }
        return interval.node(pos);
    }

    /// Of `'1 day'::interval`.
    public static SqlNode interval(SqlLiteral text, SqlParserPos pos) {
        return interval(text.toValue() == null ? "" : String.valueOf(text.toValue()), false, pos);
    }

    private void read(String text) {
        String rest = text.strip().toLowerCase(Locale.ROOT);
        boolean ago = rest.endsWith(" ago");
        rest = ago ? rest.substring(0, rest.length() - " ago".length()) : rest;
        Matcher part = PART.matcher(rest);
        int at = 0;
        while (part.find(at) && part.start() == at) {
            if (part.group(6) == null) {
                addClock(part);
            } else {
                add(new BigDecimal(part.group(5)), part.group(6), text);
            }
            at = part.end();
        }
        if (at == 0 || !rest.substring(at).isBlank()) {
            throw invalid(text);
        }
        if (ago) {
            months = months.negate();
            millis = millis.negate();
        }
    }

    private void addClock(Matcher part) {
        BigDecimal seconds = part.group(4) == null ? BigDecimal.ZERO : new BigDecimal(part.group(4));
        BigDecimal time = new BigDecimal(part.group(2))
                .multiply(BigDecimal.valueOf(MILLIS_PER_HOUR))
                .add(new BigDecimal(part.group(3)).multiply(BigDecimal.valueOf(MILLIS_PER_MINUTE)))
                .add(seconds.multiply(MILLIS_PER_SECOND));
        millis = part.group(1).equals("-") ? millis.subtract(time) : millis.add(time);
    }

    private void add(BigDecimal number, String unit, String text) {
        switch (unit) {
            case "century", "centuries" -> addMonths(number, 1200);
            case "decade", "decades" -> addMonths(number, 120);
            case "y", "yr", "yrs", "year", "years" -> addMonths(number, 12);
            case "quarter", "quarters" -> addMonths(number, 3);
            case "mon", "mons", "month", "months" -> addMonths(number, 1);
            case "w", "week", "weeks" -> addMillis(number, 7 * MILLIS_PER_DAY);
            case "d", "day", "days" -> addMillis(number, MILLIS_PER_DAY);
            case "h", "hr", "hrs", "hour", "hours" -> addMillis(number, MILLIS_PER_HOUR);
            case "m", "min", "mins", "minute", "minutes" -> addMillis(number, MILLIS_PER_MINUTE);
            case "s", "sec", "secs", "second", "seconds" -> addMillis(number, 1_000);
            case "ms", "msec", "msecs", "millisecond", "milliseconds" -> addMillis(number, 1);
            default -> throw invalid(text);
        }
    }

    private void addMonths(BigDecimal number, long each) {
        months = months.add(number.multiply(BigDecimal.valueOf(each)));
    }

    private void addMillis(BigDecimal number, long each) {
        millis = millis.add(number.multiply(BigDecimal.valueOf(each)));
    }

    private static CalciteException invalid(String text) {
        return new CalciteException(
                "The text [%s] is no interval; write it as INTERVAL '1 day 2 hours' or INTERVAL '1' DAY"
                        .formatted(text),
                null);
    }

    private SqlNode node(SqlParserPos pos) {
        try {
            BigDecimal wholeMonths = months.setScale(0, RoundingMode.DOWN);
            // A part of a month is so many days of thirty.
            BigDecimal rest = months.subtract(wholeMonths).multiply(BigDecimal.valueOf(30 * MILLIS_PER_DAY));
            long time = millis.add(rest).longValueExact();
            if (wholeMonths.signum() == 0) {
                return time(time, pos);
            }
            SqlNode whole = months(wholeMonths.longValueExact(), pos);
            return time == 0 ? whole : SyntaxOperators.MIXED_INTERVAL.createCall(pos, whole, time(time, pos));
        } catch (ArithmeticException _) {
            throw new CalciteException("An interval is of whole milliseconds, and fits a BIGINT of them", null);
        }
    }

    private static SqlNode months(long months, SqlParserPos pos) {
        var unit = new SqlIntervalQualifier(TimeUnit.MONTH, DIGITS, TimeUnit.MONTH, -1, pos);
        return SqlLiteral.createInterval(Long.signum(months), Long.toString(Math.abs(months)), unit, pos);
    }

    private static SqlNode time(long millis, SqlParserPos pos) {
        var units = new SqlIntervalQualifier(TimeUnit.DAY, DIGITS, TimeUnit.SECOND, 3, pos);
        long left = Math.absExact(millis);
        String text = "%d %02d:%02d:%02d.%03d"
                .formatted(
                        left / MILLIS_PER_DAY,
                        left % MILLIS_PER_DAY / MILLIS_PER_HOUR,
                        left % MILLIS_PER_HOUR / MILLIS_PER_MINUTE,
                        left % MILLIS_PER_MINUTE / 1_000,
                        left % 1_000);
        return SqlLiteral.createInterval(millis < 0 ? -1 : 1, text, units, pos);
    }
}
