package io.elanus.hibernate;

import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import org.hibernate.type.SqlTypes;
import org.hibernate.type.descriptor.ValueBinder;
import org.hibernate.type.descriptor.ValueExtractor;
import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.type.descriptor.java.JavaType;
import org.hibernate.type.descriptor.jdbc.ArrayJdbcType;
import org.hibernate.type.descriptor.jdbc.BasicBinder;
import org.hibernate.type.descriptor.jdbc.BasicExtractor;
import org.hibernate.type.descriptor.jdbc.JdbcLiteralFormatter;
import org.hibernate.type.descriptor.jdbc.JdbcType;
import org.hibernate.type.spi.TypeConfiguration;
import org.jspecify.annotations.Nullable;

/// A vector, which the driver takes and gives as `float[]`, packed on its way.
final class VectorJdbcType extends ArrayJdbcType {
    private static final long serialVersionUID = 1L;

    private final int code;

    VectorJdbcType(int code, JdbcType element) {
        super(element);
        this.code = code;
    }

    @Override
    public int getJdbcTypeCode() {
        return SqlTypes.ARRAY;
    }

    @Override
    public int getDefaultSqlTypeCode() {
        return code;
    }

    @Override
    public JavaType<?> getRecommendedJavaType(
            @Nullable Integer precision, @Nullable Integer scale, TypeConfiguration types) {
        return types.getJavaTypeRegistry().resolveDescriptor(float[].class);
    }

    @Override
    public <T> JdbcLiteralFormatter<T> getJdbcLiteralFormatter(JavaType<T> type) {
        return (appender, value, dialect, options) ->
                appender.append("'" + Arrays.toString(type.unwrap(value, float[].class, options)) + "'::vector");
    }

    @Override
    public <X> ValueBinder<X> getBinder(JavaType<X> type) {
        return new BasicBinder<>(type, this) {
            private static final long serialVersionUID = 1L;

            @Override
            protected void doBind(PreparedStatement statement, X value, int index, WrapperOptions options)
                    throws SQLException {
                statement.setObject(index, type.unwrap(value, float[].class, options));
            }

            @Override
            protected void doBind(CallableStatement statement, X value, String name, WrapperOptions options)
                    throws SQLException {
                statement.setObject(name, type.unwrap(value, float[].class, options));
            }
        };
    }

    @Override
    public <X> ValueExtractor<X> getExtractor(JavaType<X> type) {
        return new BasicExtractor<>(type, this) {
            private static final long serialVersionUID = 1L;

            @Override
            protected X doExtract(ResultSet row, int index, WrapperOptions options) throws SQLException {
                return type.wrap(row.getObject(index, float[].class), options);
            }

            @Override
            protected X doExtract(CallableStatement statement, int index, WrapperOptions options) throws SQLException {
                return type.wrap(statement.getObject(index, float[].class), options);
            }

            @Override
            protected X doExtract(CallableStatement statement, String name, WrapperOptions options)
                    throws SQLException {
                return type.wrap(statement.getObject(name, float[].class), options);
            }
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof VectorJdbcType same && same.code == code;
    }

    @Override
    public int hashCode() {
        return code;
    }
}
