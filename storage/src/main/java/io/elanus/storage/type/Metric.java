package io.elanus.storage.type;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// How far two vectors are apart. Every metric is a distance here: smaller is nearer, and searches sort ascending.
public enum Metric {
    /// Euclidean distance (the root, not the square). Operator `<->`.
    L2,
    /// Negative inner product. Operator `<#>`.
    IP,
    /// One minus the cosine of the angle. Operator `<=>`. A zero vector has no cosine and is refused.
    COSINE,
    /// Sum of absolute differences. Operator `<+>`.
    L1,
    /// Differing bits, BINARY only. Operator `<~>`.
    HAMMING,
    /// One minus shared over set bits, BINARY only. Operator `<%>`.
    JACCARD,
    /// The negative score of a text for a full-text query; no metric of vectors.
    BM25;

    public static Optional<Metric> find(String name) {
        return Arrays.stream(values())
                .filter(metric -> metric.name().equalsIgnoreCase(name))
                .findFirst();
    }

    public boolean supports(VectorElement element) {
        if (element == VectorElement.SPARSE) {
            return this == IP || this == COSINE || this == L2;
        }
        if (this == BM25) {
            return false;
        }
        boolean binaryMetric = this == HAMMING || this == JACCARD;
        return binaryMetric == (element == VectorElement.BINARY);
    }

    public String sql() {
        return name().toLowerCase(Locale.ROOT);
    }
}
