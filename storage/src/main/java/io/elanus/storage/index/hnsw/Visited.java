package io.elanus.storage.index.hnsw;

import java.util.Arrays;

/// The nodes that a walk has met: a stamp per node, so that forgetting all of them is one addition.
public final class Visited {
    private final byte[] stamps;
    private byte epoch;

    public Visited(int nodes) {
        stamps = new byte[nodes];
    }

    public void reset() {
        epoch++;
        if (epoch == 0) {
            Arrays.fill(stamps, (byte) 0);
            epoch = 1;
        }
    }

    /// Marks the node. False when it was marked already. A node that does not exist (a damaged file) is an
    /// [ArrayIndexOutOfBoundsException].
    public boolean add(int node) {
        boolean unmet = stamps[node] != epoch;
        stamps[node] = epoch;
        return unmet;
    }

    public boolean contains(int node) {
        return stamps[node] == epoch;
    }
}
