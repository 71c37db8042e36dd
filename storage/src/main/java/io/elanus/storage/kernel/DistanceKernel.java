package io.elanus.storage.kernel;

/// The distance of one metric between a prepared query and stored vectors of one type and dimension.
///
/// A query is *prepared* once: written as float32 (BINARY: as its packed bits), and for cosine scaled to length
/// one. A kernel then gives *ranks*: values that order as the metric's distances do but are cheaper (L2: the
/// square). [#distance] turns a rank into the value that [io.elanus.storage.type.Metric] defines.
///
/// Stateless and shared by all threads. Addresses are native and unchecked; no access goes beyond the packed
/// vector.
public interface DistanceKernel {
    /// Bytes that a prepared query takes.
    int queryBytes();

    /// Prepares a query given as float32 elements (BINARY: above zero is a set bit). Fails with `ZERO_VECTOR` where
    /// the metric has no value for it.
    void prepare(float[] elements, long query);

    /// Prepares a stored vector as a query, to compare stored vectors with each other. A zero vector is left as it
    /// is.
    void prepareStored(long vector, long query);

    float rank(long query, long vector);

    /// Ranks four vectors into `ranks[at]` to `ranks[at + 3]`: the query is read once for all.
    void rankFour(long query, long v0, long v1, long v2, long v3, float[] ranks, int at);

    /// Ranks `count` vectors, four at a time.
    default void rankAll(long query, long[] vectors, int count, float[] ranks) {
        int i = 0;
        for (; i <= count - 4; i += 4) {
            rankFour(query, vectors[i], vectors[i + 1], vectors[i + 2], vectors[i + 3], ranks, i);
        }
        for (; i < count; i++) {
            ranks[i] = rank(query, vectors[i]);
        }
    }

    /// The metric's distance of this rank.
    float distance(float rank);

    /// The rank of this distance, for range searches.
    float rankOf(float distance);
}
