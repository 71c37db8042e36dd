package io.elanus.storage.index.hnsw;

import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;

/// What lies beside the links of level 0. The numbers stand in files.
enum Layout {
    /// Nothing.
    PLAIN(0),
    /// Codes of the neighbours ([NeighborCodes]).
    QUANTIZED(1);

    final int number;

    Layout(int number) {
        this.number = number;
    }

    /// Codes of neighbours stand for products and lengths of real numbers.
    boolean supports(Metric metric, VectorElement element) {
        boolean product = metric == Metric.L2 || metric == Metric.IP || metric == Metric.COSINE;
        return this == PLAIN || (product && element != VectorElement.BINARY);
    }

    /// The layout of this number, which is also its position among the choices of the parameter.
    static Layout numbered(int number) {
        for (Layout layout : values()) {
            if (layout.number == number) {
                return layout;
            }
        }
        throw new IllegalStateException("No layout has the number " + number);
    }
}
