/// Inverted files: the vectors are parted into lists round learnt centroids, and a search looks into the lists
/// whose centroids are nearest to the query (Sivic and Zisserman 2003; Jégou et al. 2011).
///
/// `nlist` is the number of lists, `nprobe` the number that a search looks into. The formats differ in what a list
/// holds: [ListCodes]. Lists are built in a fraction of a graph's time and are read in order, which suits memory
/// and disk; a graph needs fewer comparisons where the answer must be nearly exact.
///
/// Path of a build: [IvfFormat] → sample → [io.elanus.storage.index.code.KMeans] → every vector to its nearest
/// centroid → lists in row order → codes. Path of a search: [IvfSearcher] → centroids → lists, nearest first, past
/// `nprobe` while too few rows pass the filter → the best by their codes are compared by their vectors.
///
/// Sections of a file (inside the envelope of `storage.index`; n vectors; lists follow one another, so a vector has
/// a *position*):
///
/// | id | content |
/// |---|---|
/// | 1 | four int32: n, nlist, nprobe, number of the codes |
/// | 2 | centroids, float32, one after the other; for cosine of vectors of length one, for bits of zeros and ones |
/// | 3 | int32 position of each list's first vector, and n |
/// | 4 | int32 row of each position |
/// | 5 | codes: per list its vectors in blocks of 32 ([io.elanus.storage.kernel.BlockScan]), the last filled up; sq8:
/// per position an entry of [io.elanus.storage.index.code.ScalarCodes] |
/// | 6 | rabitq: the sign bits of the rotation; pq: the words of all parts, float32; sq8: middles and steps, float32 |
/// | 7 | rabitq: the mean of the vectors, float32 (zeros for IP) |
///
/// Thread rule: see `storage.index`.
@NullMarked
package io.elanus.storage.index.ivf;

import org.jspecify.annotations.NullMarked;
