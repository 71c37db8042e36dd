package io.elanus.storage.index.hnsw;

import io.elanus.storage.index.IndexFileReader;
import io.elanus.storage.index.IndexSpec;
import io.elanus.storage.index.VectorIndex;

/// An open graph file. The file and the segment's vectors belong to whoever opened it.
final class HnswIndex implements VectorIndex {
    private final IndexFileReader reader;
    private final GraphFile graph;
    private final Costs costs;

    HnswIndex(IndexFileReader reader, GraphFile graph, Costs costs) {
        this.reader = reader;
        reader.expectRandomReads();
        this.graph = graph;
        this.costs = costs;
    }

    @Override
    public IndexSpec spec() {
        return reader.spec();
    }

    @Override
    public int rows() {
        return reader.rows();
    }

    @Override
    public Searcher newSearcher() {
        return new HnswSearcher(reader, graph, costs);
    }

    @Override
    public long memoryBytes() {
        // A walk on codes leaves the segment's vectors alone but for the few it refines.
        boolean coded = !(graph.terms().codes() instanceof GraphFile.NodeCodes.None)
                || graph.terms().neighborCodes().isPresent();
        long vectors = (long) graph.nodes().count() * reader.spec().type().bytes();
        return reader.bytes() + (coded ? 0 : vectors);
    }

    @Override
    public void verify() {
        reader.verifyInOrder();
    }

    @Override
    public void close() {
        // Nothing of its own: the file and the vectors belong to the caller, scratch memory to the searchers.
    }
}
