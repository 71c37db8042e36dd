package io.elanus.storage.index;

import io.elanus.storage.index.VectorIndex.Hits;

/// A search that goes on where it stopped: it gives the next rows that pass its filter, approximately nearest
/// first, no row twice, until it has given all of them that have a vector and lie within the greatest distance. The
/// package tells how each kind of index does it.
///
/// Rows of one call come nearest first, at equal distance in row order. A row that an index comes upon late, nearer
/// than some it gave before, comes with the next call: nothing is left out for the sake of order. A search that
/// compares every row has none of those.
///
/// It works in the memory of its [VectorIndex.Searcher], which does nothing else until the iterator is closed. One
/// thread at a time.
public interface NearestIterator extends AutoCloseable {
    /// Puts the next rows into `hits`, at most `count` of them; fewer only when these are the last. Returns how
    /// many.
    ///
    /// @param count at most what `hits` has room for
    int next(int count, Hits hits);

    /// Bytes on the heap that this search holds beside its searcher's scratch memory; changes with each call.
    long heldBytes();

    @Override
    void close();
}
