package io.elanus.storage.index.hnsw;

import io.elanus.storage.index.code.CodeRanker;

/// Ranks nodes by their codes.
record CodedNodes(CodeRanker codes) implements NodeRanker, AutoCloseable {
    void bind(long prepared) {
        codes.bind(prepared);
    }

    @Override
    public void rank(int[] nodes, int count, float[] ranks) {
        codes.rank(nodes, count, ranks);
    }

    @Override
    public float rank(int node) {
        return codes.rank(node);
    }

    @Override
    public void close() {
        codes.close();
    }
}
