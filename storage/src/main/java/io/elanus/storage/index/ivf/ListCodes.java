package io.elanus.storage.index.ivf;

import io.elanus.storage.index.code.BlockCodes;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.util.Locale;

/// What a list holds besides rows. The numbers stand in files.
public enum ListCodes {
    /// Nothing: the vectors are compared where the segment has them.
    FLAT(0),
    /// [io.elanus.storage.index.code.ScalarCodes].
    SQ8(1),
    /// [io.elanus.storage.index.code.ProductCodes].
    PQ(2),
    /// [io.elanus.storage.index.code.ResidualCodes].
    RABITQ(3);

    final int number;

    ListCodes(int number) {
        this.number = number;
    }

    /// As `USING` names the format.
    String formatName() {
        return "ivf_" + name().toLowerCase(Locale.ROOT);
    }

    /// Lists need a mean, which bits have too: of zeros and ones. Codes need a product.
    boolean supports(Metric metric, VectorElement element) {
        return metric.supports(element) && (this == FLAT || BlockCodes.supports(metric));
    }
}
