/// Vector indexes: how one is built from a segment's vectors, written to a file, and searched in place.
///
/// A format ([VectorIndexFormat]) hands out a builder and opens files; [IndexFormats] knows them all by name. A
/// file is self-describing, versioned and checksummed, and is searched through the memory it is mapped to; nothing
/// is rebuilt at load. Row ordinals are those of the segment. Filters and deletes reach an index as one
/// [RowFilter]; a search returns k rows whenever k rows with a vector pass it. Rows at equal distance come in row
/// order.
///
/// A search may go on where it stopped ([NearestIterator]): for results that are read page by page, for conditions
/// that are asked of rows after the search (grouped search), and for the search itself that found fewer than k
/// under its filter. It gives every row that passes, once, approximately nearest first. Each kind keeps what it
/// needs to go on:
///
/// - graphs keep the nodes they met and did not expand (`hnsw.Frontier`); for the rows given so far and the next
///   ones together they settle as many nodes as a search for all of them would have in its beam;
/// - inverted files open the next nearest lists, as great a part of them, beyond those of a search, as the part of
///   the rows that was given;
/// - codes without a structure (`interim`) are all scored once, and compared by vector best first;
/// - without an index every row is compared once; then rows are taken from a heap;
/// - sparse vectors and texts are searched again for twice as many, since their bounds leave out most rows
///   ([RepeatedSearch]).
///
/// Where a search for all rows given so far would compare every row, and where a structure leads no further, the
/// rows that are not known yet are compared once ([FoundRows]), and the rest comes in exact order. So the end is
/// always reached, and its cost is bounded by that of comparing all rows. What an iterator holds grows by 8 to 24
/// bytes for each row that it has met; [NearestIterator#heldBytes] says how much, for the budget of the query.
///
/// A file ([IndexFileWriter], [IndexFileReader]; all numbers little endian, offsets in bytes):
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 8 | magic `ELANUSIX` |
/// | 8 | 4 | version of this envelope, 1 |
/// | 12 | 4 | bytes of the header, a multiple of 64; the first section starts there |
/// | 16 | 4 | CRC32C of the header with this field as 0 |
/// | 20 | 4 | number of sections, s |
/// | 24 | 8 | bytes of the file |
/// | 32 | 16 | name of the format, ASCII, filled up with 0 |
/// | 48 | 4 | version of the format |
/// | 52 | 4 | rows of the segment, NULL vectors included |
/// | 56 | 1 | metric: L2 1, IP 2, COSINE 3, L1 4, HAMMING 5, JACCARD 6, BM25 7; 0 when the index is not of vectors |
/// | 57 | 1 | element: FLOAT32 1, FLOAT16 2, BFLOAT16 3, INT8 4, BINARY 5, SPARSE 6; likewise 0 |
/// | 58 | 2 | 0 |
/// | 60 | 4 | dimension; likewise 0 |
/// | 64 | 4 | bytes of the parameter text, p |
/// | 68 | 4 | 0 |
/// | 72 | 32 s | per section: id (4), CRC32C (4), offset (8), bytes (8), 0 (8) |
/// | 72 + 32 s | p | parameters as given, UTF-8, one `name=value` a line |
///
/// The header ends with zeros; sections follow in the order of the table, each at a multiple of 64 with zeros
/// between. Opening checks the header in full and that every section lies where the table says, and touches nothing
/// else, so that a large index answers at once; [VectorIndex#verify] reads the whole file and is for a worker,
/// before the index serves or beside it. What a search then reads from a section is checked where it becomes an
/// address: a broken file gives an error, never a wild access.
///
/// Thread rule: an open index is immutable and shared; a [VectorIndex.Searcher] holds scratch memory and belongs to
/// one thread at a time. Builds run on the [BuildPool] that the format was made with.
@NullMarked
package io.elanus.storage.index;

import org.jspecify.annotations.NullMarked;
