package io.elanus.sql.catalog;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.Column;
import io.elanus.storage.visibility.TimeToLive;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `WITH (ttl_column = 'created', ttl = '30 days')` as the schema keeps it: the column by its id, the time in
/// microseconds. `ttl = 'none'` takes both away.
final class TimeToLiveOptions {
    static final Set<String> NAMES = Set.of(TimeToLive.COLUMN, TimeToLive.MICROS);

    private static final String NONE = "none";
    private static final Pattern TIME = Pattern.compile("(\\d{1,9})\\s*([a-z]+)");

    private TimeToLiveOptions() {}

    /// The options of a table with those that a statement gives, both by lower-case name.
    static Map<String, String> merged(Map<String, String> old, Map<String, String> given, List<Column> columns) {
        Map<String, String> options = new HashMap<>(old);
        given.forEach((name, value) -> {
            if (!NAMES.contains(name)) {
                options.put(name, value);
            }
        });
        String column = given.get(TimeToLive.COLUMN);
        String time = given.get(TimeToLive.MICROS);
        if (time != null && time.strip().equalsIgnoreCase(NONE)) {
            options.keySet().removeAll(NAMES);
            return options;
        }
        if (column != null) {
            options.put(
                    TimeToLive.COLUMN, Integer.toString(column(column, columns).id()));
        }
        if (time != null) {
            options.put(TimeToLive.MICROS, Long.toString(micros(time)));
        }
        if (options.containsKey(TimeToLive.COLUMN) != options.containsKey(TimeToLive.MICROS)) {
            throw new QueryException(
                    ErrorCode.INVALID_PARAMETER,
                    "A time to live has a column and a time; option [%s] is missing."
                            .formatted(options.containsKey(TimeToLive.COLUMN) ? TimeToLive.MICROS : TimeToLive.COLUMN),
                    "Write such as WITH (ttl_column = 'created', ttl = '30 days').");
        }
        return options;
    }

    private static Column column(String name, List<Column> columns) {
        Column column = columns.stream()
                .filter(each -> !each.hidden() && each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new QueryException(
                        ErrorCode.UNDEFINED_COLUMN,
                        "Column [%s] of option [ttl_column] does not exist.".formatted(name)));
        if (!TimeToLive.takes(column.type())) {
            throw new QueryException(
                    ErrorCode.DATATYPE_MISMATCH,
                    "Column [%s] is [%s], which does not say when a row was made."
                            .formatted(name, column.type().sql()),
                    "Option [ttl_column] takes a TIMESTAMP WITH TIME ZONE or TIMESTAMP column.");
        }
        return column;
    }

    private static long micros(String text) {
        Matcher matcher = TIME.matcher(text.strip().toLowerCase(Locale.ROOT));
        Duration unit = matcher.matches()
                ? switch (matcher.group(2)) {
                    case "s", "sec", "second", "seconds" -> Duration.ofSeconds(1);
                    case "m", "min", "minute", "minutes" -> Duration.ofMinutes(1);
                    case "h", "hour", "hours" -> Duration.ofHours(1);
                    case "d", "day", "days" -> Duration.ofDays(1);
                    case "w", "week", "weeks" -> Duration.ofDays(7);
                    default -> Duration.ZERO;
                }
                : Duration.ZERO;
        Duration time = unit.isZero() ? unit : unit.multipliedBy(Long.parseLong(matcher.group(1)));
        // Within what a timestamp can go back from now.
        if (time.isZero() || time.compareTo(Duration.ofDays(365_000)) > 0) {
            throw new QueryException(
                    ErrorCode.INVALID_PARAMETER,
                    "Option [ttl] takes a time, given [%s].".formatted(text),
                    "Write a number of seconds, minutes, hours, days or weeks, such as '30 days', or 'none'.");
        }
        return time.toMillis() * 1000;
    }
}
