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
    COUNT(AggregateFamily.COUNT),
    /// NULL over no rows.
    SUM(AggregateFamily.SUM),
    /// 0 over no rows; what merges counts.
    SUM0(AggregateFamily.SUM0),
    AVG(AggregateFamily.AVERAGE),
    MIN(AggregateFamily.LEAST),
    MAX(AggregateFamily.GREATEST),
    STDDEV_POP(AggregateFamily.VARIANCE),
    STDDEV_SAMP(AggregateFamily.VARIANCE),
    VAR_POP(AggregateFamily.VARIANCE),
    VAR_SAMP(AggregateFamily.VARIANCE),
    BOOL_AND(AggregateFamily.LEAST),
    BOOL_OR(AggregateFamily.GREATEST),
    ANY_VALUE(AggregateFamily.ANY_VALUE),
    /// What a subquery used as a value yields: its one row, NULL over no rows; a second row is an error.
    SINGLE_VALUE(AggregateFamily.SINGLE_VALUE),
    ARRAY_AGG(AggregateFamily.ARRAY),
    /// value, delimiter
    STRING_AGG(AggregateFamily.TEXT),
    APPROX_COUNT_DISTINCT(AggregateFamily.SKETCH),
    BIT_AND(AggregateFamily.BITS),
    BIT_OR(AggregateFamily.BITS),
    BIT_XOR(AggregateFamily.BITS),
    /// y, x; as the rest of them: rows without one of the two do not count.
    CORR(AggregateFamily.REGRESSION),
    COVAR_POP(AggregateFamily.REGRESSION),
    COVAR_SAMP(AggregateFamily.REGRESSION),
    REGR_COUNT(AggregateFamily.REGRESSION),
    REGR_AVGX(AggregateFamily.REGRESSION),
    REGR_AVGY(AggregateFamily.REGRESSION),
    REGR_SXX(AggregateFamily.REGRESSION),
    REGR_SYY(AggregateFamily.REGRESSION),
    REGR_SXY(AggregateFamily.REGRESSION),
    REGR_SLOPE(AggregateFamily.REGRESSION),
    REGR_INTERCEPT(AggregateFamily.REGRESSION),
    REGR_R2(AggregateFamily.REGRESSION),
    /// value, fraction or array of fractions, descending
    PERCENTILE_CONT(AggregateFamily.NUMBER_PERCENTILE),
    PERCENTILE_DISC(AggregateFamily.PERCENTILE),
    /// value, descending
    MODE(AggregateFamily.MODE),
    JSON_AGG(AggregateFamily.JSON),
    /// name, value
    JSON_OBJECT_AGG(AggregateFamily.JSON);

    private static final ColumnType TEXT = new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);

    private final AggregateFamily family;

    AggregateFunction(AggregateFamily family) {
        this.family = family;
    }

    AggregateFamily family() {
        return family;
    }

    /// Does the result depend on the order of the rows?
    public boolean keepsOrder() {
        return family == AggregateFamily.ARRAY || family == AggregateFamily.TEXT || family == AggregateFamily.JSON;
    }

    /// Is its state all values, so that computing parts of it saves nothing?
    public boolean collects() {
        return keepsOrder() || sorts();
    }

    /// Does it look at its values in their order?
    public boolean sorts() {
        return family == AggregateFamily.NUMBER_PERCENTILE
                || family == AggregateFamily.PERCENTILE
                || family == AggregateFamily.MODE;
    }

    /// The arguments, from the first on, that are taken as DOUBLE.
    public int doubles() {
        return family.doubles();
    }

    /// What the function yields unless the planner asks for another type of the same family.
    public ColumnType resultType(List<ColumnType> arguments) {
        return switch (family) {
            case COUNT, SKETCH -> Simple.BIGINT;
            case SUM, SUM0 -> sumType(arguments.getFirst());
            case AVERAGE -> averageType(arguments.getFirst());
            case LEAST, GREATEST, ANY_VALUE, SINGLE_VALUE, MODE -> arguments.getFirst();
            case VARIANCE -> Simple.DOUBLE;
            case REGRESSION -> this == REGR_COUNT ? Simple.BIGINT : Simple.DOUBLE;
            case ARRAY -> new ColumnType.Array(arguments.getFirst());
            case TEXT -> TEXT;
            case BITS -> whole(arguments.getFirst());
            case NUMBER_PERCENTILE, PERCENTILE ->
                arguments.get(1) instanceof ColumnType.Array
                        ? new ColumnType.Array(arguments.getFirst())
                        : arguments.getFirst();
            case JSON -> Simple.JSON;
        };
    }

    /// Types of the state columns, in order.
    public List<ColumnType> stateTypes(List<ColumnType> arguments) {
        return switch (family) {
            case COUNT -> List.of(Simple.BIGINT);
            case SUM, SUM0 -> sumState(arguments.getFirst());
            case AVERAGE ->
                arguments.getFirst() instanceof ColumnType.Vector
                        ? sumState(arguments.getFirst())
                        : List.of(sumState(arguments.getFirst()).getFirst(), Simple.BIGINT);
            case LEAST, GREATEST, ANY_VALUE -> List.of(arguments.getFirst());
            case SINGLE_VALUE -> List.of(Simple.BIGINT, arguments.getFirst());
            case VARIANCE -> List.of(Simple.BIGINT, Simple.DOUBLE, Simple.DOUBLE);
            case ARRAY -> List.of(resultType(arguments));
            case TEXT -> List.of(resultType(arguments), resultType(arguments));
            case SKETCH -> List.of(Simple.VARBINARY);
            case BITS -> List.of(whole(arguments.getFirst()));
            case REGRESSION ->
                List.of(Simple.BIGINT, Simple.DOUBLE, Simple.DOUBLE, Simple.DOUBLE, Simple.DOUBLE, Simple.DOUBLE);
            case NUMBER_PERCENTILE, PERCENTILE ->
                List.of(new ColumnType.Array(arguments.getFirst()), arguments.get(1), Simple.BOOLEAN);
            case MODE -> List.of(new ColumnType.Array(arguments.getFirst()), Simple.BOOLEAN);
            case JSON -> List.of(TEXT);
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
