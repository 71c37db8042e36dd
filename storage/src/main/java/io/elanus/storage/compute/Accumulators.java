package io.elanus.storage.compute;

import io.elanus.storage.type.ColumnType;
import java.util.List;

/// The accumulator of each aggregate.
final class Accumulators {
    private Accumulators() {}

    /// @param rows counts the rows that the accumulator will be given
    static Accumulator of(AggregateCall call, GroupRows rows) {
        List<ColumnType> arguments = call.argumentTypes();
        return switch (call.function()) {
            case COUNT -> new Counts(rows);
            case SUM -> Sums.of(arguments.getFirst(), call.type(), Sums.Kind.SUM, rows);
            case SUM0 -> Sums.of(arguments.getFirst(), call.type(), Sums.Kind.SUM0, rows);
            case AVG -> Sums.of(arguments.getFirst(), call.type(), Sums.Kind.AVG, rows);
            case MIN, BOOL_AND -> new Extremes(arguments.getFirst(), -1);
            case MAX, BOOL_OR -> new Extremes(arguments.getFirst(), 1);
            case ANY_VALUE -> new Extremes(arguments.getFirst(), 0);
            case SINGLE_VALUE -> new SingleValue(arguments.getFirst());
            case STDDEV_POP, STDDEV_SAMP, VAR_POP, VAR_SAMP -> new Variances(call.function(), arguments.getFirst());
            case ARRAY_AGG -> new CollectedValues(arguments.getFirst());
            case STRING_AGG -> new JoinedTexts();
            case BIT_AND, BIT_OR, BIT_XOR -> new Bits(call.function(), arguments.getFirst());
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
                    REGR_R2 -> new Regressions(call.function());
            case PERCENTILE_CONT -> new NumberPercentiles(call);
            case PERCENTILE_DISC, MODE -> new SortedValues(call);
            case JSON_AGG, JSON_OBJECT_AGG -> new JsonItems(call);
            case APPROX_COUNT_DISTINCT -> new DistinctSketches(call.arguments());
        };
    }
}
