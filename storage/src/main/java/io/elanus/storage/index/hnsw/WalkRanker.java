package io.elanus.storage.index.hnsw;

import io.elanus.storage.index.code.ScalarCodeRanker;
import io.elanus.storage.index.code.ScalarCodes;
import java.util.Optional;

/// Ranks nodes against a node while a graph is built: by codes where there are some, since what a walk waits for is
/// memory, else by the vectors. Ranks by codes order as the metric's do, up to the codes' error, but are not its
/// values.
///
/// Owns its rankers. One thread at a time.
final class WalkRanker implements NodeRanker, AutoCloseable {
    final ExactRanker vectors;
    private final Optional<CodedNodes> codes;
    private final NodeRanker chosen;

    /// Takes over the ranker.
    WalkRanker(ExactRanker vectors, Optional<ScalarCodes> codes, int nodes) {
        this.vectors = vectors;
        this.codes = codes.map(of -> new CodedNodes(new ScalarCodeRanker(of, nodes)));
        this.chosen = this.codes.isPresent() ? this.codes.get() : vectors;
    }

    /// Are the ranks the metric's?
    boolean exact() {
        return codes.isEmpty();
    }

    /// Takes a node as what the others are ranked against.
    void bind(int node) {
        vectors.bind(node);
        if (codes.isPresent()) {
            codes.get().bind(vectors.query());
        }
    }

    @Override
    public void rank(int[] nodes, int count, float[] ranks) {
        chosen.rank(nodes, count, ranks);
    }

    @Override
    public float rank(int node) {
        return chosen.rank(node);
    }

    @Override
    public void close() {
        vectors.close();
        codes.ifPresent(CodedNodes::close);
    }
}
