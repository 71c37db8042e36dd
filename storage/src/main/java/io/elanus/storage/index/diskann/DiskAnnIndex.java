package io.elanus.storage.index.diskann;

import io.elanus.storage.index.IndexFileReader;
import io.elanus.storage.index.IndexSpec;
import io.elanus.storage.index.VectorIndex;

/// An open file. It belongs to whoever opened it.
final class DiskAnnIndex implements VectorIndex {
    private final IndexFileReader reader;
    private final DiskAnnFile file;

    DiskAnnIndex(IndexFileReader reader, DiskAnnFile file) {
        this.reader = reader;
        reader.expectRandomReads();
        this.file = file;
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
        return new DiskAnnSearcher(reader, file);
    }

    @Override
    public long memoryBytes() {
        return file.residentBytes();
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
