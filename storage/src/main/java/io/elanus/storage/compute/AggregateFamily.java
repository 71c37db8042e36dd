package io.elanus.storage.compute;

/// Aggregate functions that keep the same state and are computed by the same accumulator.
enum AggregateFamily {
    COUNT,
    SUM,
    SUM0,
    AVERAGE,
    LEAST,
    GREATEST,
    ANY_VALUE,
    SINGLE_VALUE,
    VARIANCE(1),
    REGRESSION(2),
    BITS,
    ARRAY,
    TEXT,
    JSON,
    NUMBER_PERCENTILE(1),
    PERCENTILE,
    MODE,
    SKETCH;

    private final int doubles;

    AggregateFamily() {
        this(0);
    }

    AggregateFamily(int doubles) {
        this.doubles = doubles;
    }

    /// The arguments, from the first on, that are taken as DOUBLE.
    int doubles() {
        return doubles;
    }
}
