package io.elanus.storage.compute;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.List;

/// Aggregate functions. The name travels in plan fragments, so a constant is never renamed.
///
/// The partial state of each, as columns between a shard and the proxy (NULL: no row counted yet):
///
/// | function | state columns |
/// |---|---|
/// | COUNT | BIGINT count |
/// | SUM, SUM0 of integers | DECIMAL(38, 0) |
/// | SUM, SUM0 of DECIMAL(p, s) | DECIMAL(38, s) |
/// | SUM, SUM0 of REAL, DOUBLE | DOUBLE |
/// | AVG | as SUM, BIGINT count |
/// | SUM, AVG of VECTOR(n) | VARBINARY: n doubles, little endian; BIGINT count |
/// | MIN, MAX, ANY_VALUE, BOOL_AND, BOOL_OR | the argument's type |
/// | SINGLE_VALUE | BIGINT rows, the argument's type |
/// | STDDEV_*, VAR_* | BIGINT count, DOUBLE mean, DOUBLE sum of squared differences from the mean |
/// | STRING_AGG | VARCHAR first delimiter, VARCHAR text |
/// | ARRAY_AGG | ARRAY |
/// | APPROX_COUNT_DISTINCT | VARBINARY: a HyperLogLog of 4096 one-byte registers |
public enum AggregateFunction {
    COUNT,
    /// NULL over no rows.
    SUM,
    /// 0 over no rows; what merges counts.
    SUM0,
    AVG,
    MIN,
    MAX,
    STDDEV_POP,
    STDDEV_SAMP,
    VAR_POP,
    VAR_SAMP,
    BOOL_AND,
    BOOL_OR,
    ANY_VALUE,
    /// What a subquery used as a value yields: its one row, NULL over no rows; a second row is an error.
    SINGLE_VALUE,
    ARRAY_AGG,
    /// value, delimiter
    STRING_AGG,
    APPROX_COUNT_DISTINCT;

    /// What the function yields unless the planner asks for another type of the same family.
    public ColumnType resultType(List<ColumnType> arguments) {
        return switch (this) {
            case COUNT, APPROX_COUNT_DISTINCT -> Simple.BIGINT;
            case SUM, SUM0 -> sumType(arguments.getFirst());
            case AVG -> averageType(arguments.getFirst());
            case MIN, MAX, ANY_VALUE, SINGLE_VALUE, BOOL_AND, BOOL_OR -> arguments.getFirst();
            case STDDEV_POP, STDDEV_SAMP, VAR_POP, VAR_SAMP -> Simple.DOUBLE;
            case ARRAY_AGG -> new ColumnType.Array(arguments.getFirst());
            case STRING_AGG -> new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);
        };
    }

    /// Types of the state columns, in order.
    public List<ColumnType> stateTypes(List<ColumnType> arguments) {
        return switch (this) {
            case COUNT -> List.of(Simple.BIGINT);
            case SUM, SUM0 -> sumState(arguments.getFirst());
            case AVG ->
                arguments.getFirst() instanceof ColumnType.Vector
                        ? sumState(arguments.getFirst())
                        : List.of(sumState(arguments.getFirst()).getFirst(), Simple.BIGINT);
            case MIN, MAX, ANY_VALUE, BOOL_AND, BOOL_OR -> List.of(arguments.getFirst());
            case SINGLE_VALUE -> List.of(Simple.BIGINT, arguments.getFirst());
            case STDDEV_POP, STDDEV_SAMP, VAR_POP, VAR_SAMP -> List.of(Simple.BIGINT, Simple.DOUBLE, Simple.DOUBLE);
            case ARRAY_AGG -> List.of(resultType(arguments));
            case STRING_AGG -> List.of(resultType(arguments), resultType(arguments));
            case APPROX_COUNT_DISTINCT -> List.of(Simple.VARBINARY);
        };
    }

    private ColumnType sumType(ColumnType argument) {
        return switch (argument) {
            case Simple.TINYINT, Simple.SMALLINT, Simple.INTEGER, Simple.BIGINT -> Simple.BIGINT;
            case Simple.REAL, Simple.DOUBLE -> Simple.DOUBLE;
            case ColumnType.Decimal(int _, int scale) ->
                new ColumnType.Decimal(ColumnType.Decimal.MAX_PRECISION, scale);
            case ColumnType.Vector vector when !vector.sparse() -> vector;
            case Simple _, ColumnType.Varchar _, ColumnType.Array _, ColumnType.Vector _ -> throw notNumeric(argument);
        };
    }

    private ColumnType averageType(ColumnType argument) {
        return switch (argument) {
            case ColumnType.Decimal(int _, int scale) ->
                new ColumnType.Decimal(ColumnType.Decimal.MAX_PRECISION, Math.min(Math.max(scale, 6) + 4, 28));
            case ColumnType.Vector vector when !vector.sparse() -> vector;
            case Simple.TINYINT, Simple.SMALLINT, Simple.INTEGER, Simple.BIGINT, Simple.REAL, Simple.DOUBLE ->
                Simple.DOUBLE;
            case Simple _, ColumnType.Varchar _, ColumnType.Array _, ColumnType.Vector _ -> throw notNumeric(argument);
        };
    }

    private List<ColumnType> sumState(ColumnType argument) {
        return switch (argument) {
            case Simple.TINYINT, Simple.SMALLINT, Simple.INTEGER, Simple.BIGINT ->
                List.of(new ColumnType.Decimal(ColumnType.Decimal.MAX_PRECISION, 0));
            case Simple.REAL, Simple.DOUBLE -> List.of(Simple.DOUBLE);
            case ColumnType.Decimal(int _, int scale) ->
                List.of(new ColumnType.Decimal(ColumnType.Decimal.MAX_PRECISION, scale));
            case ColumnType.Vector vector when !vector.sparse() -> List.of(Simple.VARBINARY, Simple.BIGINT);
            case Simple _, ColumnType.Varchar _, ColumnType.Array _, ColumnType.Vector _ -> throw notNumeric(argument);
        };
    }

    private StorageException notNumeric(ColumnType argument) {
        return new StorageException(
                ErrorCode.UNDEFINED_FUNCTION,
                "Aggregate [%s] does not take the type [%s]. Cast the argument to a number."
                        .formatted(this, argument.sql()));
    }
}
