package io.elanus.storage.index;

import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import java.util.Map;

/// What to build: the vectors' type, the metric, and the parameters as given (checked against the format's list).
public record IndexSpec(String format, ColumnType.Vector type, Metric metric, Map<String, String> parameters) {
    public IndexSpec {
        parameters = Map.copyOf(parameters);
    }

    /// The same, by the canonical name of its format.
    public IndexSpec named(String name) {
        return new IndexSpec(name, type, metric, parameters);
    }
}
