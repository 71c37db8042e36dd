package io.elanus.storage.index;

/// Takes rows in any order and keeps the k nearest of them.
public sealed interface NearestKeeper permits NearestRows, Shortlist {
    /// Forgets everything and keeps the next `k` nearest.
    void reset(int k);

    /// Rows of a rank above this one are not taken.
    float limit();

    void offer(float rank, int row);
}
