package io.elanus.storage.index.hnsw;

import io.elanus.storage.index.code.ScalarCodes;
import io.elanus.storage.type.Metric;
import java.util.Optional;

/// The nodes of a graph under construction, and what they are ranked by.
///
/// @param inverseLengths address of one over the length of each node's vector; 0 when the metric has no use for it
/// @param codes of the nodes, for walks
record BuildNodes(Nodes nodes, Metric metric, long inverseLengths, Optional<ScalarCodes> codes) {
    /// The caller closes it.
    ExactRanker newRanker() {
        return new ExactRanker(nodes, metric, inverseLengths);
    }

    /// The caller closes it.
    WalkRanker newWalkRanker() {
        return new WalkRanker(newRanker(), codes, nodes.count());
    }
}
