/// Inverted files: for every term the rows that have it, in row order, in blocks of 128 that know the most that one
/// of their postings can add, so that a search can leave out whole blocks that cannot reach the k best seen so far.
///
/// `USING sparse_inverted` ([SparseInvertedFormat]) has the dimensions of sparse vectors as terms and serves the
/// inner product. Sections of its file, version 2 ([io.elanus.storage.index] has the envelope; little endian), for
/// t terms, p postings and b blocks:
///
/// | id | what |
/// |---|---|
/// | 1 | dimension of each term, uint32, rising: 4 t |
/// | 2 | first posting of each term, int64, and p at the end: 8 (t + 1) |
/// | 3 | first block of each term, int32, and b at the end: 4 (t + 1) |
/// | 4 | blocks: first row, last row (int32), greatest weight, least weight (float32): 16 b |
/// | 5 | row of each posting, int32, rising within a term: 4 p |
/// | 6 | weight of each posting, float32, with `codes = none`: 4 p |
/// | 7 | code of each posting, uint8, with `codes = sq8`: p |
///
/// A code counts up from the least weight of its block in 255 steps to the greatest; it stands for the weight or up
/// to a step more. Version 1 is read too: it has weights only.
///
/// A search ([SparseSearcher]) is exact. It goes through the rows in windows of 64 buckets of 64 rows
/// ([BlockMaxWalk]). The bounds of the blocks that reach into a bucket bound the sum of any of its rows: buckets
/// that cannot reach the k-th best are left out, and blocks that lie in such buckets alone are not read (block-max
/// indexes: Ding and Suel, "Faster top-k document retrieval using block-max indexes", SIGIR 2011; bounds of ranges
/// of rows: Mallia et al., "Faster Learned Sparse Retrieval with Block-Max Pruning", SIGIR 2024). Of a window's
/// terms those of the least bounds, as many as together cannot lift a row over the k-th best, are *non-essential*:
/// rows that have only these are never looked at (MaxScore: Turtle and Flood, "Query evaluation: strategies and
/// optimizations", 1995). What the others add is summed row by row; where the sum and the bounds of the
/// non-essential terms reach the k-th best, these terms are looked up, from the greatest bound down, until the row
/// can no longer reach it. What is left is compared by its vector, so the distance in a result is that of
/// [io.elanus.storage.kernel.SparseDistance] bit by bit, and codes, which are never too low, lose nothing. Rows
/// that share no term with the query have the distance 0: they come after the rows above it, in row order, and are
/// fetched only when fewer than k are above.
///
/// `USING fulltext` ([FulltextFormat]) has the terms that an analyzer makes of texts and serves BM25
/// ([io.elanus.storage.text]). In the header a text counts as a SPARSE vector of the most dimensions. Sections,
/// version 2, for t terms, p postings, n positions and r rows:
///
/// | id | what |
/// |---|---|
/// | 1 | where each term begins in section 2, int64, and its size at the end: 8 (t + 1) |
/// | 2 | the terms, UTF-8, rising by unsigned bytes |
/// | 3 | first posting of each term, int64, and p at the end: 8 (t + 1) |
/// | 4 | first position of each term, int64, and n at the end: 8 (t + 1) |
/// | 5 | row of each posting, int32, rising within a term: 4 p |
/// | 6 | where the positions of each posting end, int32, counted from the term's first: 4 p |
/// | 7 | positions, int32: 4 n |
/// | 8 | length of each row's text as Lucene's `SmallFloat.intToByte4` rounds it: r |
/// | 9 | rows with at least one term, terms of all rows, int64: 16 |
/// | 10 | first block of each term, int32, and their number at the end: 4 (t + 1) |
/// | 11 | blocks: first row, last row (int32), greatest impact (float32): 12 each |
///
/// Queries of single words walk the same way ([FulltextSearcher]); the rarest of the words that must be there is
/// essential alone. How much a posting adds depends on the statistics of all shards, so a block keeps the greatest
/// *impact* by those of its own file, frequency by length; it bounds the score by any other mean length once it is
/// widened by how much greater that is. Queries with phrases, and files of version 1, which have no blocks, are
/// gone through by whole lists ([io.elanus.storage.text.TextSearcher]).
///
/// Thread rule: as [io.elanus.storage.index]; a build runs on the calling thread.
@NullMarked
package io.elanus.storage.index.inverted;

import org.jspecify.annotations.NullMarked;
