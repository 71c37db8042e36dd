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
/// | JSON_AGG, JSON_OBJECT_AGG | VARCHAR items or members, with commas between |
/// | BIT_* | the argument's type |
/// | CORR, COVAR_*, REGR_* | BIGINT count, DOUBLE means of y and x, DOUBLE sums of squares of y and x and of products |
/// | PERCENTILE_* | ARRAY of values, the fraction's type, BOOLEAN descending |
/// | MODE | ARRAY of values, BOOLEAN descending |
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
    STDDEV_POP(1),
    STDDEV_SAMP(1),
    VAR_POP(1),
    VAR_SAMP(1),
    BOOL_AND,
    BOOL_OR,
    ANY_VALUE,
    /// What a subquery used as a value yields: its one row, NULL over no rows; a second row is an error.
    SINGLE_VALUE,
    ARRAY_AGG,
    /// value, delimiter
    STRING_AGG,
    APPROX_COUNT_DISTINCT,
    BIT_AND,
    BIT_OR,
    BIT_XOR,
    /// y, x; as the rest of them: rows without one of the two do not count.
    CORR(2),
    COVAR_POP(2),
    COVAR_SAMP(2),
    REGR_COUNT(2),
    REGR_AVGX(2),
    REGR_AVGY(2),
    REGR_SXX(2),
    REGR_SYY(2),
    REGR_SXY(2),
    REGR_SLOPE(2),
    REGR_INTERCEPT(2),
    REGR_R2(2),
    /// value, fraction or array of fractions, descending
    PERCENTILE_CONT(1),
    PERCENTILE_DISC,
    /// value, descending
    MODE,
    JSON_AGG,
    /// name, value
    JSON_OBJECT_AGG;

    private static final ColumnType TEXT = new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);

    private final int doubles;

    AggregateFunction() {
        this(0);
    }

    AggregateFunction(int doubles) {
        this.doubles = doubles;
    }

    /// Does the result depend on the order of the rows?
    public boolean keepsOrder() {
        return this == ARRAY_AGG || this == STRING_AGG || this == JSON_AGG || this == JSON_OBJECT_AGG;
    }

    /// Is its state all values, so that computing parts of it saves nothing?
    public boolean collects() {
        return keepsOrder() || sorts();
    }

    /// Does it look at its values in their order?
    public boolean sorts() {
        return this == PERCENTILE_CONT || this == PERCENTILE_DISC || this == MODE;
    }

    /// The arguments, from the first on, that are taken as DOUBLE.
    public int doubles() {
        return doubles;
    }

    /// What the function yields unless the planner asks for another type of the same family.
    public ColumnType resultType(List<ColumnType> arguments) {
        return switch (this) {
            case COUNT, APPROX_COUNT_DISTINCT -> Simple.BIGINT;
            case SUM, SUM0 -> sumType(arguments.getFirst());
            case AVG -> averageType(arguments.getFirst());
            case MIN, MAX, ANY_VALUE, SINGLE_VALUE, BOOL_AND, BOOL_OR -> arguments.getFirst();
            case STDDEV_POP,
                    STDDEV_SAMP,
                    VAR_POP,
                    VAR_SAMP,
                    CORR,
                    COVAR_POP,
                    COVAR_SAMP,
                    REGR_AVGX,
                    REGR_AVGY,
                    REGR_SXX,
                    REGR_SYY,
                    REGR_SXY,
                    REGR_SLOPE,
                    REGR_INTERCEPT,
                    REGR_R2 -> Simple.DOUBLE;
            case REGR_COUNT -> Simple.BIGINT;
            case ARRAY_AGG -> new ColumnType.Array(arguments.getFirst());
            case STRING_AGG -> TEXT;
            case BIT_AND, BIT_OR, BIT_XOR -> whole(arguments.getFirst());
            case PERCENTILE_CONT, PERCENTILE_DISC ->
                arguments.get(1) instanceof ColumnType.Array
                        ? new ColumnType.Array(arguments.getFirst())
                        : arguments.getFirst();
            case MODE -> arguments.getFirst();
            case JSON_AGG, JSON_OBJECT_AGG -> Simple.JSON;
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
            case BIT_AND, BIT_OR, BIT_XOR -> List.of(whole(arguments.getFirst()));
            case CORR,
                    COVAR_POP,
                    COVAR_SAMP,
                    REGR_COUNT,
                    REGR_AVGX,
                    REGR_AVGY,
                    REGR_SXX,
                    REGR_SYY,
                    REGR_SXY,
                    REGR_SLOPE,
                    REGR_INTERCEPT,
                    REGR_R2 ->
                List.of(Simple.BIGINT, Simple.DOUBLE, Simple.DOUBLE, Simple.DOUBLE, Simple.DOUBLE, Simple.DOUBLE);
            case PERCENTILE_CONT, PERCENTILE_DISC ->
                List.of(new ColumnType.Array(arguments.getFirst()), arguments.get(1), Simple.BOOLEAN);
            case MODE -> List.of(new ColumnType.Array(arguments.getFirst()), Simple.BOOLEAN);
            case JSON_AGG, JSON_OBJECT_AGG -> List.of(TEXT);
        };
    }

    private ColumnType whole(ColumnType argument) {
        return switch (argument) {
            case Simple.TINYINT, Simple.SMALLINT, Simple.INTEGER, Simple.BIGINT -> argument;
            case Simple _, ColumnType.Decimal _, ColumnType.Varchar _, ColumnType.Array _, ColumnType.Vector _ ->
                throw notNumeric(argument);
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
