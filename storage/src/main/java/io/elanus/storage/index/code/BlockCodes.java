package io.elanus.storage.index.code;

import io.elanus.storage.kernel.BlockScan.Planes;
import io.elanus.storage.type.Metric;

/// A way to encode vectors relative to a base, and to score the codes. Addresses are native; vectors are float32,
/// of length one for cosine, as the metric's kernel prepares them.
public sealed interface BlockCodes permits ProductCodes, ResidualCodes {
    Planes planes();

    /// Bytes of a vector in the form that [#encode] takes.
    long transformedBytes();

    /// Writes that form of a vector to `to`, where there is room for two.
    void transform(long vector, long to);

    /// Writes one lane of a block that was 0 before.
    ///
    /// @param base transformed
    /// @param vector transformed
    void encode(long base, long vector, long block, int lane);

    /// Bytes of scratch memory that [#bind] takes.
    long scratchBytes();

    /// Turns a prepared query into a table of the scan.
    void bind(long prepared, long scratch, long table);

    static boolean supports(Metric metric) {
        return metric == Metric.L2 || metric == Metric.IP || metric == Metric.COSINE;
    }

    /// The two numbers of a code that stands for the residual y = `ratio × levels`: square of the residual's length
    /// (exact or as decoded), and its product with the base.
    static float added(Metric metric, double square, double baseProduct) {
        return (float)
                switch (metric) {
                    case L2 -> square + 2 * baseProduct;
                    case COSINE -> square / 2 + baseProduct;
                    case IP -> 0;
                    case L1, HAMMING, JACCARD, BM25 -> throw new IllegalStateException("No codes for " + metric);
                };
    }

    static float factor(Metric metric, double ratio) {
        return (float) (metric == Metric.L2 ? -2 * ratio : -ratio);
    }
}
