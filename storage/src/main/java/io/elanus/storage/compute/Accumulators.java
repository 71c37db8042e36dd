package io.elanus.storage.compute;

import io.elanus.storage.type.ColumnType;
import java.util.List;

/// The accumulator of each aggregate.
final class Accumulators {
    private Accumulators() {}

    /// @param rows counts the rows that the accumulator will be given
    static Accumulator of(AggregateCall call, GroupRows rows) {
        List<ColumnType> arguments = call.argumentTypes();
        return switch (call.function().family()) {
            case COUNT -> new Counts(rows);
            case SUM -> Sums.of(arguments.getFirst(), call.type(), Sums.Kind.SUM, rows);
            case SUM0 -> Sums.of(arguments.getFirst(), call.type(), Sums.Kind.SUM0, rows);
            case AVERAGE -> Sums.of(arguments.getFirst(), call.type(), Sums.Kind.AVG, rows);
            case LEAST -> new Extremes(arguments.getFirst(), -1);
            case GREATEST -> new Extremes(arguments.getFirst(), 1);
            case ANY_VALUE -> new Extremes(arguments.getFirst(), 0);
            case SINGLE_VALUE -> new SingleValue(arguments.getFirst());
            case VARIANCE -> new Variances(call.function(), arguments.getFirst());
            case ARRAY -> new CollectedValues(arguments.getFirst());
            case TEXT -> new JoinedTexts();
            case BITS -> new Bits(call.function(), arguments.getFirst());
            case REGRESSION -> new Regressions(call.function());
            case NUMBER_PERCENTILE -> new NumberPercentiles(call);
            case PERCENTILE, MODE -> new SortedValues(call);
            case JSON -> new JsonItems(call);
            case SKETCH -> new DistinctSketches(call.arguments());
        };
    }
}
