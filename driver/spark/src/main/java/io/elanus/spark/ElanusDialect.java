package io.elanus.spark;

import java.sql.Types;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.jdbc.JdbcDialect;
import org.apache.spark.sql.jdbc.JdbcType;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampType;
import scala.Option;

/// How Elanus' types and Spark's meet. Vectors are binary, four bytes a number, the lowest first, unless the URL says
/// `vectorType=varchar`. Immutable.
public final class ElanusDialect extends JdbcDialect {
    private static final long serialVersionUID = 1L;

    private static final String ARRAY_SUFFIX = " ARRAY";

    /// Spark's type of an item by the name that the column's type starts with.
    private static final Map<String, DataType> ITEMS = Map.ofEntries(
            Map.entry("BOOLEAN", DataTypes.BooleanType),
            Map.entry("SMALLINT", DataTypes.ShortType),
            Map.entry("INTEGER", DataTypes.IntegerType),
            Map.entry("BIGINT", DataTypes.LongType),
            Map.entry("REAL", DataTypes.FloatType),
            Map.entry("DOUBLE", DataTypes.DoubleType),
            Map.entry("DATE", DataTypes.DateType),
            Map.entry("VARCHAR", DataTypes.StringType));

    @Override
    public boolean canHandle(String url) {
        return url.toLowerCase(Locale.ROOT).startsWith("jdbc:elanus:");
    }

    @Override
    public Option<DataType> getCatalystType(int sqlType, String typeName, int size, MetadataBuilder metadata) {
        return switch (sqlType) {
            case Types.TIMESTAMP_WITH_TIMEZONE -> Option.apply(DataTypes.TimestampType);
            case Types.OTHER -> Option.apply(DataTypes.StringType);
            case Types.ARRAY -> array(typeName);
            default -> Option.empty();
        };
    }

    private static Option<DataType> array(String typeName) {
        String item = typeName.endsWith(ARRAY_SUFFIX)
                ? typeName.substring(0, typeName.length() - ARRAY_SUFFIX.length())
                : typeName;
        DataType type = ITEMS.get(item.split("\\(", 2)[0].strip());
        return type == null ? Option.empty() : Option.apply(DataTypes.createArrayType(type));
    }

    @Override
    public Option<JdbcType> getJDBCType(DataType type) {
        if (type instanceof ArrayType array) {
            Option<JdbcType> item = getJDBCType(array.elementType());
            return item.isEmpty() ? item : named(item.get().databaseTypeDefinition() + ARRAY_SUFFIX, Types.ARRAY);
        }
        if (type instanceof StringType) {
            return named("VARCHAR", Types.VARCHAR);
        }
        if (type instanceof BinaryType) {
            return named("VARBINARY", Types.VARBINARY);
        }
        if (type instanceof BooleanType) {
            return named("BOOLEAN", Types.BOOLEAN);
        }
        if (type instanceof TimestampType) {
            return named("TIMESTAMP WITH TIME ZONE", Types.TIMESTAMP_WITH_TIMEZONE);
        }
        return number(type);
    }

    private static Option<JdbcType> number(DataType type) {
        if (type instanceof ByteType || type instanceof ShortType) {
            return named("SMALLINT", Types.SMALLINT);
        }
        if (type instanceof IntegerType) {
            return named("INTEGER", Types.INTEGER);
        }
        if (type instanceof LongType) {
            return named("BIGINT", Types.BIGINT);
        }
        if (type instanceof FloatType) {
            return named("REAL", Types.REAL);
        }
        return type instanceof DoubleType ? named("DOUBLE", Types.DOUBLE) : Option.empty();
    }

    private static Option<JdbcType> named(String name, int jdbcType) {
        return Option.apply(new JdbcType(name, jdbcType));
    }
}
