package io.elanus.jdbc;

import java.sql.Date;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.Temporal;
import org.apache.calcite.avatica.ColumnMetaData.AvaticaType;
import org.jspecify.annotations.Nullable;

/// Dates and times of a column, as text or as the `java.time` or `java.sql` class a program asks for. Values travel
/// as days or microseconds. Pure functions: any thread.
final class Temporals {
    private static final long MICROS = 1_000_000;
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .appendPattern("HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 6, true)
            .toFormatter();
    private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendLiteral(' ')
            .append(TIME)
            .toFormatter();

    private Temporals() {}

    /// Such values travel as numbers, but are none.
    static boolean isTime(AvaticaType type) {
        switch (type.id) {
            case Types.DATE:
            case Types.TIME:
            case Types.TIMESTAMP:
            case Types.TIMESTAMP_WITH_TIMEZONE:
                return true;
            default:
                return false;
        }
    }

    /// The natural form of a date or time as it travels: days, or microseconds.
    static Object natural(long number, AvaticaType type) {
        switch (type.id) {
            case Types.DATE:
                return LocalDate.ofEpochDay(number);
            case Types.TIME:
                return LocalTime.ofNanoOfDay(number * 1000);
            case Types.TIMESTAMP:
                return LocalDateTime.ofInstant(instant(number), ZoneOffset.UTC);
            case Types.TIMESTAMP_WITH_TIMEZONE:
                return OffsetDateTime.ofInstant(instant(number), ZoneOffset.UTC);
            default:
                return number;
        }
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1000);
    }

    static String text(Temporal natural) {
        if (natural instanceof LocalTime) {
            return TIME.format(natural);
        }
        if (natural instanceof LocalDateTime) {
            return TIMESTAMP.format(natural);
        }
        if (natural instanceof OffsetDateTime) {
            return TIMESTAMP.format(natural) + "+00";
        }
        return natural.toString();
    }

    static Time time(LocalTime time, ZoneId zone) {
        return new Time(time.truncatedTo(ChronoUnit.MILLIS)
                .atDate(LocalDate.EPOCH)
                .atZone(zone)
                .toInstant()
                .toEpochMilli());
    }

    /// The moment that `java.sql` types mean, in this zone where the value has none.
    static ZonedDateTime moment(Object natural, AvaticaType type, ZoneId zone) throws SQLException {
        if (natural instanceof LocalDate) {
            return ((LocalDate) natural).atStartOfDay(zone);
        }
        if (natural instanceof LocalTime) {
            return ((LocalTime) natural).atDate(LocalDate.EPOCH).atZone(zone);
        }
        if (natural instanceof LocalDateTime) {
            return ((LocalDateTime) natural).atZone(zone);
        }
        if (natural instanceof OffsetDateTime) {
            return ((OffsetDateTime) natural).atZoneSameInstant(zone);
        }
        if (natural instanceof String) {
            try {
                String text = ((String) natural).strip().replace(' ', 'T');
                return text.indexOf('T') < 0
                        ? LocalDate.parse(text).atStartOfDay(zone)
                        : LocalDateTime.parse(text).atZone(zone);
            } catch (DateTimeException e) {
                throw Conversions.cannot(type, "a time");
            }
        }
        throw Conversions.cannot(type, "a time");
    }

    /// Null: the class is none of a date or a time.
    static @Nullable Object as(Object natural, AvaticaType type, Class<?> wanted) throws SQLException {
        ZoneId utc = ZoneOffset.UTC;
        if (wanted == LocalDate.class) {
            return moment(natural, type, utc).toLocalDate();
        } else if (wanted == LocalTime.class) {
            return moment(natural, type, utc).toLocalTime();
        } else if (wanted == LocalDateTime.class) {
            return moment(natural, type, utc).toLocalDateTime();
        } else if (wanted == OffsetDateTime.class) {
            return moment(natural, type, utc).toOffsetDateTime();
        } else if (wanted == ZonedDateTime.class) {
            return moment(natural, type, utc);
        } else if (wanted == Instant.class) {
            return moment(natural, type, utc).toInstant();
        } else if (wanted == Date.class) {
            return Date.valueOf(moment(natural, type, utc).toLocalDate());
        } else if (wanted == Timestamp.class) {
            return Timestamp.from(moment(natural, type, ZoneId.systemDefault()).toInstant());
        } else if (wanted == Time.class) {
            return time(moment(natural, type, utc).toLocalTime(), ZoneId.systemDefault());
        } else if (wanted == java.util.Date.class) {
            return java.util.Date.from(
                    moment(natural, type, ZoneId.systemDefault()).toInstant());
        }
        return null;
    }
}
