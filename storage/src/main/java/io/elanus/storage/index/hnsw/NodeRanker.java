package io.elanus.storage.index.hnsw;

/// Ranks nodes against the query it holds. Belongs to one walk at a time.
interface NodeRanker {
    /// Puts the rank of `nodes[i]` into `ranks[i]`, for the first `count`.
    void rank(int[] nodes, int count, float[] ranks);

    float rank(int node);
}
