package io.elanus.storage.kernel;

import static io.elanus.storage.type.SparseVector.dimension;
import static io.elanus.storage.type.SparseVector.element;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.SparseVector;

/// The distance between one sparse query and packed sparse vectors: inner product, cosine or L2. Sums run over the
/// shared dimensions in rising order and in double precision, so a vector has one distance to a query wherever it
/// is computed. One thread at a time; allocates nothing.
public final class SparseDistance {
    private final Metric metric;
    private byte[] query = new byte[0];
    private double queryNorm;

    public SparseDistance(Metric metric) {
        this.metric = metric;
    }

    /// @param packed borrowed until the next call
    public void prepare(byte[] packed) {
        query = packed;
        queryNorm = metric == Metric.IP ? 0 : SparseVector.norm(packed, 0, packed.length);
        if (metric == Metric.COSINE && queryNorm == 0) {
            throw zero();
        }
    }

    /// As [Metric] defines it.
    ///
    /// @param at where the packed vector starts
    public double distance(byte[] heap, int at, int bytes) {
        int count = bytes / SparseVector.ENTRY_BYTES;
        return switch (metric) {
            case IP -> 0 - product(heap, at, count);
            case COSINE -> {
                double norm = SparseVector.norm(heap, at, bytes);
                yield norm == 0 ? 1 : 1 - Math.clamp(product(heap, at, count) / (norm * queryNorm), -1, 1);
            }
            case L2 -> Math.sqrt(squares(heap, at, count));
            case L1, HAMMING, JACCARD, BM25 -> throw new IllegalStateException(metric + " takes no sparse vectors");
        };
    }

    private double product(byte[] heap, int at, int count) {
        int queryCount = SparseVector.entries(query);
        double sum = 0;
        int q = 0;
        int v = 0;
        while (q < queryCount && v < count) {
            int inQuery = dimension(query, 0, q);
            int inVector = dimension(heap, at, v);
            if (inQuery == inVector) {
                sum += (double) element(query, 0, queryCount, q) * element(heap, at, count, v);
            }
            q += inQuery <= inVector ? 1 : 0;
            v += inVector <= inQuery ? 1 : 0;
        }
        return sum;
    }

    /// Sum of squared differences; a dimension of one side only counts with its own element.
    private double squares(byte[] heap, int at, int count) {
        int queryCount = SparseVector.entries(query);
        double sum = 0;
        int q = 0;
        int v = 0;
        while (q < queryCount || v < count) {
            int inQuery = q < queryCount ? dimension(query, 0, q) : Integer.MAX_VALUE;
            int inVector = v < count ? dimension(heap, at, v) : Integer.MAX_VALUE;
            double difference = inQuery <= inVector ? element(query, 0, queryCount, q) : 0;
            difference -= inVector <= inQuery ? element(heap, at, count, v) : 0;
            sum += difference * difference;
            q += inQuery <= inVector ? 1 : 0;
            v += inVector <= inQuery ? 1 : 0;
        }
        return sum;
    }

    private static StorageException zero() {
        return new StorageException(
                ErrorCode.ZERO_VECTOR,
                "A vector of zeros has no direction, so no cosine distance. Use another vector or another metric.");
    }
}
