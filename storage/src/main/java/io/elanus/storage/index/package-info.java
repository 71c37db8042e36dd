/// Vector indexes: how one is built from a segment's vectors, written to a file, and searched in place.
///
/// A format ([VectorIndexFormat]) hands out a builder and opens files. A file is self-describing, versioned and
/// checksummed, and is searched through the [MemorySegment] it is mapped to; nothing is rebuilt at load. Row
/// ordinals are those of the segment. Filters and deletes reach an index as one [RowFilter]; a search returns k
/// rows whenever k rows pass it.
///
/// Thread rule: an open index is immutable and shared; a [VectorIndex.Searcher] holds scratch memory and belongs to
/// one thread at a time.
@NullMarked
package io.elanus.storage.index;

import org.jspecify.annotations.NullMarked;
