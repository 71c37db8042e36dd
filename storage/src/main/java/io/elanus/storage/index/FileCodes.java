package io.elanus.storage.index;

import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.util.Arrays;
import java.util.Optional;

/// The numbers that stand for metrics and elements in files. Never changed, never used again.
final class FileCodes {
    private FileCodes() {}

    static byte of(Metric metric) {
        return switch (metric) {
            case L2 -> 1;
            case IP -> 2;
            case COSINE -> 3;
            case L1 -> 4;
            case HAMMING -> 5;
            case JACCARD -> 6;
            case BM25 -> 7;
        };
    }

    static byte of(VectorElement element) {
        return switch (element) {
            case FLOAT32 -> 1;
            case FLOAT16 -> 2;
            case BFLOAT16 -> 3;
            case INT8 -> 4;
            case BINARY -> 5;
            case SPARSE -> 6;
        };
    }

    static Optional<Metric> metric(byte code) {
        return Arrays.stream(Metric.values()).filter(m -> of(m) == code).findFirst();
    }

    static Optional<VectorElement> element(byte code) {
        return Arrays.stream(VectorElement.values()).filter(e -> of(e) == code).findFirst();
    }
}
