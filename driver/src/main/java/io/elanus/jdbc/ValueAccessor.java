package io.elanus.jdbc;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLXML;
import java.sql.Struct;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Calendar;
import java.util.Map;
import org.apache.calcite.avatica.ColumnMetaData.AvaticaType;
import org.apache.calcite.avatica.util.Cursor;
import org.joou.UByte;
import org.joou.UInteger;
import org.joou.ULong;
import org.joou.UShort;
import org.jspecify.annotations.Nullable;

/// Reads one column of the current row in every way `ResultSet` knows.
final class ValueAccessor implements Cursor.Accessor {
    private final RowCursor cursor;
    private final int column;
    private final AvaticaType type;

    ValueAccessor(RowCursor cursor, int column, AvaticaType type) {
        this.cursor = cursor;
        this.column = column;
        this.type = type;
    }

    private interface Conversion<T> {
        T of(Object value) throws SQLException;
    }

    private <T> @Nullable T read(Conversion<T> conversion) throws SQLException {
        Object value = cursor.value(column);
        return value == null ? null : conversion.of(value);
    }

    private long integer(long min, long max) throws SQLException {
        Long value = read(each -> Numbers.integer(each, type, min, max));
        return value == null ? 0 : value;
    }

    @Override
    public boolean wasNull() {
        return cursor.wasNull();
    }

    @Override
    public @Nullable String getString() throws SQLException {
        return read(value -> Conversions.text(value, type));
    }

    @Override
    public boolean getBoolean() throws SQLException {
        Boolean value = read(each -> Numbers.bool(each, type));
        return value != null && value;
    }

    @Override
    public byte getByte() throws SQLException {
        return (byte) integer(Byte.MIN_VALUE, Byte.MAX_VALUE);
    }

    @Override
    public short getShort() throws SQLException {
        return (short) integer(Short.MIN_VALUE, Short.MAX_VALUE);
    }

    @Override
    public int getInt() throws SQLException {
        return (int) integer(Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    @Override
    public long getLong() throws SQLException {
        return integer(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    @Override
    public float getFloat() throws SQLException {
        return (float) getDouble();
    }

    @Override
    public double getDouble() throws SQLException {
        Double value = read(each -> Numbers.real(each, type));
        return value == null ? 0 : value;
    }

    @Override
    public @Nullable BigDecimal getBigDecimal() throws SQLException {
        return read(value -> Numbers.decimal(value, type));
    }

    @Override
    public @Nullable BigDecimal getBigDecimal(int scale) throws SQLException {
        BigDecimal value = getBigDecimal();
        return value == null ? null : value.setScale(scale, RoundingMode.HALF_UP);
    }

    @Override
    public byte @Nullable [] getBytes() throws SQLException {
        return read(value -> Conversions.bytes(value, type));
    }

    @Override
    public @Nullable Object getObject() throws SQLException {
        return read(value -> Conversions.object(value, type));
    }

    @Override
    public @Nullable Object getObject(@Nullable Map<String, Class<?>> map) throws SQLException {
        return getObject();
    }

    @Override
    public <T> @Nullable T getObject(Class<T> wanted) throws SQLException {
        return read(value -> Conversions.as(value, type, wanted));
    }

    @Override
    public @Nullable Array getArray() throws SQLException {
        return read(value -> Conversions.array(Conversions.natural(value, type), type));
    }

    @Override
    public @Nullable Date getDate(@Nullable Calendar calendar) throws SQLException {
        return read(value -> Date.valueOf(Temporals.moment(Conversions.natural(value, type), type, zone(calendar))
                .toLocalDate()));
    }

    @Override
    public @Nullable Time getTime(@Nullable Calendar calendar) throws SQLException {
        return read(value -> Temporals.time(
                Temporals.moment(Conversions.natural(value, type), type, zone(calendar))
                        .toLocalTime(),
                zone(calendar)));
    }

    @Override
    public @Nullable Timestamp getTimestamp(@Nullable Calendar calendar) throws SQLException {
        return read(value -> {
            Object natural = Conversions.natural(value, type);
            return natural instanceof OffsetDateTime
                    ? Timestamp.from(((OffsetDateTime) natural).toInstant())
                    : Timestamp.from(
                            Temporals.moment(natural, type, zone(calendar)).toInstant());
        });
    }

    private static ZoneId zone(@Nullable Calendar calendar) {
        return calendar == null
                ? ZoneId.systemDefault()
                : calendar.getTimeZone().toZoneId();
    }

    @Override
    public @Nullable InputStream getAsciiStream() throws SQLException {
        return read(
                value -> new ByteArrayInputStream(Conversions.text(value, type).getBytes(StandardCharsets.US_ASCII)));
    }

    @Override
    public @Nullable InputStream getUnicodeStream() throws SQLException {
        return read(
                value -> new ByteArrayInputStream(Conversions.text(value, type).getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public @Nullable InputStream getBinaryStream() throws SQLException {
        return read(value -> new ByteArrayInputStream(Conversions.bytes(value, type)));
    }

    @Override
    public @Nullable Reader getCharacterStream() throws SQLException {
        return read(value -> new StringReader(Conversions.text(value, type)));
    }

    @Override
    public @Nullable Reader getNCharacterStream() throws SQLException {
        return getCharacterStream();
    }

    @Override
    public @Nullable String getNString() throws SQLException {
        return getString();
    }

    @Override
    public @Nullable Blob getBlob() throws SQLException {
        return read(value -> new MemoryBlob(Conversions.bytes(value, type)));
    }

    @Override
    public @Nullable Clob getClob() throws SQLException {
        return getNClob();
    }

    @Override
    public @Nullable NClob getNClob() throws SQLException {
        return read(value -> new MemoryClob(Conversions.text(value, type)));
    }

    @Override
    public @Nullable URL getURL() throws SQLException {
        return read(value -> {
            try {
                return URI.create(Conversions.text(value, type)).toURL();
            } catch (IllegalArgumentException | MalformedURLException e) {
                throw new SQLDataException("The value is no URL", "22018", e);
            }
        });
    }

    @Override
    public Ref getRef() throws SQLException {
        throw unsupported();
    }

    @Override
    public Struct getStruct() throws SQLException {
        throw unsupported();
    }

    @Override
    public SQLXML getSQLXML() throws SQLException {
        throw unsupported();
    }

    @Override
    public UByte getUByte() throws SQLException {
        throw unsupported();
    }

    @Override
    public UShort getUShort() throws SQLException {
        throw unsupported();
    }

    @Override
    public UInteger getUInt() throws SQLException {
        throw unsupported();
    }

    @Override
    public ULong getULong() throws SQLException {
        throw unsupported();
    }

    private static SQLException unsupported() {
        return new SQLFeatureNotSupportedException("There are no values of this type", "0A000");
    }
}
