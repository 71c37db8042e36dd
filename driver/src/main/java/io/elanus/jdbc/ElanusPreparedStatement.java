package io.elanus.jdbc;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.ZoneId;
import java.util.Calendar;
import java.util.Optional;
import org.apache.calcite.avatica.AvaticaConnection;
import org.apache.calcite.avatica.AvaticaPreparedStatement;
import org.apache.calcite.avatica.ColumnMetaData.Rep;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.remote.TypedValue;
import org.jspecify.annotations.Nullable;

/// A prepared statement that binds any value the server can convert. Slots hold the Java values as they were given;
/// [Values] encodes them when the statement is sent.
final class ElanusPreparedStatement extends AvaticaPreparedStatement implements ProgressReporting, StatementSide.Owner {
    private final StatementSide side;
    private final boolean answersRows;

    ElanusPreparedStatement(
            AvaticaConnection connection,
            Meta.StatementHandle handle,
            Meta.Signature signature,
            int type,
            int concurrency,
            int holdability)
            throws SQLException {
        this(connection, handle, signature, type, concurrency, holdability, new GeneratedKeys());
    }

    /// @param keys to tell of changed rows; the columns of the signature are then theirs
    ElanusPreparedStatement(
            AvaticaConnection connection,
            Meta.StatementHandle handle,
            Meta.Signature signature,
            int type,
            int concurrency,
            int holdability,
            GeneratedKeys keys)
            throws SQLException {
        super(connection, handle, signature, type, concurrency, holdability);
        side = new StatementSide(this, keys, true);
        answersRows = !signature.columns.isEmpty() && signature.statementType == Meta.StatementType.SELECT;
    }

    @Override
    public StatementSide side() {
        return side;
    }

    /// Null for a change, also when it tells keys.
    @Override
    public @Nullable ResultSetMetaData getMetaData() throws SQLException {
        checkOpen();
        return answersRows ? super.getMetaData() : null;
    }

    private void bind(int parameter, @Nullable Object value) throws SQLException {
        checkOpen();
        if (parameter < 1 || parameter > slots.length) {
            throw new SQLException(
                    "There is no parameter " + parameter + "; the statement has " + slots.length, "07009");
        }
        slots[parameter - 1] = value == null ? TypedValue.EXPLICIT_NULL : TypedValue.ofSerial(Rep.OBJECT, value);
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public void cancel() throws SQLException {
        checkOpen();
        side.cancel();
    }

    @Override
    public Optional<long[]> progress() {
        return side.progress();
    }

    @Override
    public ResultSet executeQuery() throws SQLException {
        checkBound();
        return Errors.call(super::executeQuery);
    }

    @Override
    public long executeLargeUpdate() throws SQLException {
        checkBound();
        return Errors.call(super::executeLargeUpdate);
    }

    @Override
    public boolean execute() throws SQLException {
        checkBound();
        return Errors.call(super::execute);
    }

    @Override
    public void addBatch() throws SQLException {
        checkBound();
        super.addBatch();
    }

    @Override
    public long[] executeLargeBatch() throws SQLException {
        if (getParameterValueBatch().isEmpty()) {
            return new long[0];
        }
        return Errors.batch(super::executeLargeBatch);
    }

    private void checkBound() throws SQLException {
        for (int i = 0; i < slots.length; i++) {
            if (slots[i] == null) {
                throw new SQLException("Parameter " + (i + 1) + " has no value. Call a setter for each ?", "07002");
            }
        }
    }

    @Override
    public synchronized void close() throws SQLException {
        Errors.run(super::close);
    }

    @Override
    public ResultSet getGeneratedKeys() throws SQLException {
        checkOpen();
        return side.generatedKeys();
    }

    @Override
    public void setFetchSize(int rows) throws SQLException {
        super.setFetchSize(StatementSide.fetchSize(rows));
    }

    @Override
    public void setEscapeProcessing(boolean enable) throws SQLException {
        checkOpen();
    }

    @Override
    public void setCursorName(String name) throws SQLException {
        checkOpen();
    }

    @Override
    public void setPoolable(boolean on) throws SQLException {
        checkOpen();
        side.setPoolable(on);
    }

    @Override
    public boolean isPoolable() throws SQLException {
        checkOpen();
        return side.isPoolable();
    }

    // Setters, in the order of PreparedStatement.

    @Override
    public void setNull(int parameter, int sqlType) throws SQLException {
        bind(parameter, null);
    }

    @Override
    public void setNull(int parameter, int sqlType, String typeName) throws SQLException {
        bind(parameter, null);
    }

    @Override
    public void setBoolean(int parameter, boolean value) throws SQLException {
        bind(parameter, value);
    }

    @Override
    public void setByte(int parameter, byte value) throws SQLException {
        bind(parameter, value);
    }

    @Override
    public void setShort(int parameter, short value) throws SQLException {
        bind(parameter, value);
    }

    @Override
    public void setInt(int parameter, int value) throws SQLException {
        bind(parameter, value);
    }

    @Override
    public void setLong(int parameter, long value) throws SQLException {
        bind(parameter, value);
    }

    @Override
    public void setFloat(int parameter, float value) throws SQLException {
        bind(parameter, value);
    }

    @Override
    public void setDouble(int parameter, double value) throws SQLException {
        bind(parameter, value);
    }

    @Override
    public void setBigDecimal(int parameter, @Nullable BigDecimal value) throws SQLException {
        bind(parameter, value);
    }

    @Override
    public void setString(int parameter, @Nullable String value) throws SQLException {
        bind(parameter, value);
    }

    @Override
    public void setNString(int parameter, @Nullable String value) throws SQLException {
        bind(parameter, value);
    }

    @Override
    public void setBytes(int parameter, byte @Nullable [] value) throws SQLException {
        bind(parameter, value == null ? null : value.clone());
    }

    @Override
    public void setDate(int parameter, @Nullable Date value) throws SQLException {
        setDate(parameter, value, null);
    }

    @Override
    public void setDate(int parameter, @Nullable Date value, @Nullable Calendar calendar) throws SQLException {
        bind(parameter, value == null ? null : moment(value, calendar).toLocalDate());
    }

    @Override
    public void setTime(int parameter, @Nullable Time value) throws SQLException {
        setTime(parameter, value, null);
    }

    @Override
    public void setTime(int parameter, @Nullable Time value, @Nullable Calendar calendar) throws SQLException {
        bind(parameter, value == null ? null : moment(value, calendar).toLocalTime());
    }

    @Override
    public void setTimestamp(int parameter, @Nullable Timestamp value) throws SQLException {
        setTimestamp(parameter, value, null);
    }

    @Override
    public void setTimestamp(int parameter, @Nullable Timestamp value, @Nullable Calendar calendar)
            throws SQLException {
        bind(
                parameter,
                value == null ? null : value.toInstant().atZone(zone(calendar)).toLocalDateTime());
    }

    /// JDBC speaks of times in these classes.
    @SuppressWarnings("JavaUtilDate")
    private java.time.ZonedDateTime moment(java.util.Date value, @Nullable Calendar calendar) {
        return java.time.Instant.ofEpochMilli(value.getTime()).atZone(zone(calendar));
    }

    private ZoneId zone(@Nullable Calendar calendar) {
        return (calendar == null ? connection.getTimeZone() : calendar.getTimeZone()).toZoneId();
    }

    @Override
    public void setObject(int parameter, @Nullable Object value) throws SQLException {
        if (value instanceof Timestamp) {
            setTimestamp(parameter, (Timestamp) value);
        } else if (value instanceof Date) {
            setDate(parameter, (Date) value);
        } else if (value instanceof Time) {
            setTime(parameter, (Time) value);
        } else if (value instanceof Blob) {
            setBlob(parameter, (Blob) value);
        } else if (value instanceof Clob) {
            setClob(parameter, (Clob) value);
        } else {
            bind(parameter, value);
        }
    }

    /// The server converts to the type it needs, so the type that is named here does not matter.
    @Override
    public void setObject(int parameter, @Nullable Object value, int sqlType) throws SQLException {
        setObject(parameter, value);
    }

    @Override
    public void setObject(int parameter, @Nullable Object value, int sqlType, int scaleOrLength) throws SQLException {
        setObject(parameter, value);
    }

    @Override
    public void setObject(int parameter, @Nullable Object value, SQLType sqlType) throws SQLException {
        setObject(parameter, value);
    }

    @Override
    public void setObject(int parameter, @Nullable Object value, SQLType sqlType, int scaleOrLength)
            throws SQLException {
        setObject(parameter, value);
    }

    @Override
    public void setArray(int parameter, @Nullable Array value) throws SQLException {
        bind(parameter, value);
    }

    @Override
    public void setBlob(int parameter, @Nullable Blob value) throws SQLException {
        bind(parameter, value == null ? null : value.getBytes(1, Math.toIntExact(value.length())));
    }

    @Override
    public void setClob(int parameter, @Nullable Clob value) throws SQLException {
        bind(parameter, value == null ? null : value.getSubString(1, Math.toIntExact(value.length())));
    }

    @Override
    public void setNClob(int parameter, @Nullable NClob value) throws SQLException {
        setClob(parameter, value);
    }

    @Override
    public void setURL(int parameter, @Nullable URL value) throws SQLException {
        bind(parameter, value == null ? null : value.toString());
    }

    @Override
    public void setBinaryStream(int parameter, @Nullable InputStream value) throws SQLException {
        bind(parameter, value == null ? null : BoundStreams.bytes(value, Long.MAX_VALUE));
    }

    @Override
    public void setBinaryStream(int parameter, @Nullable InputStream value, int length) throws SQLException {
        setBinaryStream(parameter, value, (long) length);
    }

    @Override
    public void setBinaryStream(int parameter, @Nullable InputStream value, long length) throws SQLException {
        bind(parameter, value == null ? null : BoundStreams.bytes(value, length));
    }

    @Override
    public void setBlob(int parameter, @Nullable InputStream value) throws SQLException {
        setBinaryStream(parameter, value);
    }

    @Override
    public void setBlob(int parameter, @Nullable InputStream value, long length) throws SQLException {
        setBinaryStream(parameter, value, length);
    }

    @Override
    public void setAsciiStream(int parameter, @Nullable InputStream value) throws SQLException {
        setAsciiStream(parameter, value, Long.MAX_VALUE);
    }

    @Override
    public void setAsciiStream(int parameter, @Nullable InputStream value, int length) throws SQLException {
        setAsciiStream(parameter, value, (long) length);
    }

    @Override
    public void setAsciiStream(int parameter, @Nullable InputStream value, long length) throws SQLException {
        bind(parameter, value == null ? null : BoundStreams.text(value, length, StandardCharsets.US_ASCII));
    }

    @Override
    @Deprecated
    public void setUnicodeStream(int parameter, @Nullable InputStream value, int length) throws SQLException {
        bind(parameter, value == null ? null : BoundStreams.text(value, length, StandardCharsets.UTF_8));
    }

    @Override
    public void setCharacterStream(int parameter, @Nullable Reader value) throws SQLException {
        setCharacterStream(parameter, value, Long.MAX_VALUE);
    }

    @Override
    public void setCharacterStream(int parameter, @Nullable Reader value, int length) throws SQLException {
        setCharacterStream(parameter, value, (long) length);
    }

    @Override
    public void setCharacterStream(int parameter, @Nullable Reader value, long length) throws SQLException {
        bind(parameter, value == null ? null : BoundStreams.text(value, length));
    }

    @Override
    public void setNCharacterStream(int parameter, @Nullable Reader value) throws SQLException {
        setCharacterStream(parameter, value);
    }

    @Override
    public void setNCharacterStream(int parameter, @Nullable Reader value, long length) throws SQLException {
        setCharacterStream(parameter, value, length);
    }

    @Override
    public void setClob(int parameter, @Nullable Reader value) throws SQLException {
        setCharacterStream(parameter, value);
    }

    @Override
    public void setClob(int parameter, @Nullable Reader value, long length) throws SQLException {
        setCharacterStream(parameter, value, length);
    }

    @Override
    public void setNClob(int parameter, @Nullable Reader value) throws SQLException {
        setCharacterStream(parameter, value);
    }

    @Override
    public void setNClob(int parameter, @Nullable Reader value, long length) throws SQLException {
        setCharacterStream(parameter, value, length);
    }

    @Override
    public void setRef(int parameter, @Nullable Ref value) throws SQLException {
        throw unsupported();
    }

    @Override
    public void setRowId(int parameter, @Nullable RowId value) throws SQLException {
        throw unsupported();
    }

    @Override
    public void setSQLXML(int parameter, @Nullable SQLXML value) throws SQLException {
        throw unsupported();
    }

    private static SQLException unsupported() {
        return new SQLFeatureNotSupportedException("There is no such type", "0A000");
    }
}
