package io.elanus.storage.index.hnsw;

import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;

/// What a walk reads in place of the vectors. The numbers stand in files.
enum Codes {
    /// The vectors themselves.
    NONE(0),
    /// A byte per dimension ([io.elanus.storage.index.code.ScalarCodes]).
    SQ8(1),
    /// A few bits per dimension ([io.elanus.storage.index.code.BitCodes]).
    RABITQ(2);

    final int number;

    Codes(int number) {
        this.number = number;
    }

    /// The codes of this number, which is also their position among the choices of the parameter.
    static Codes numbered(int number) {
        for (Codes codes : values()) {
            if (codes.number == number) {
                return codes;
            }
        }
        throw new IllegalStateException("No codes have the number " + number);
    }

    /// Codes stand for products and lengths of real numbers; other metrics and elements are walked as they are.
    boolean supports(Metric metric, VectorElement element) {
        boolean product = metric == Metric.L2 || metric == Metric.IP || metric == Metric.COSINE;
        return this == NONE || (product && element != VectorElement.INT8 && element != VectorElement.BINARY);
    }
}
