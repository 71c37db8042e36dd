package io.elanus.storage.index.ivf;

import io.elanus.storage.index.IndexFileReader;
import io.elanus.storage.index.IndexSpec;
import io.elanus.storage.index.VectorIndex;

/// An open inverted file. The file and the segment's vectors belong to whoever opened it.
record IvfIndex(IndexFileReader reader, IvfFile file) implements VectorIndex {
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
        return new IvfSearcher(reader, file);
    }

    @Override
    public long memoryBytes() {
        // A search on codes leaves the vectors alone but for the few it refines.
        long vectors = (long) file.lists().vectors() * reader.spec().type().bytes();
        return reader.bytes() + (file.coding() instanceof IvfFile.Coding.None ? vectors : 0);
    }

    @Override
    public void verify() {
        reader.verify();
    }

    @Override
    public void close() {
        // Nothing of its own: the file and the vectors belong to the caller, scratch memory to the searchers.
    }
}
