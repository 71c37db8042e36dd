/// Searches among rows that have no index yet: those that were written a moment ago, and those of a sealed segment
/// whose index is still being built.
///
/// [InterimCodes] keeps a short code of every row, a block of 32 rows at a time, as the rows come; making one costs
/// a hundredth of a graph's insertion. [InterimSearcher] scores all codes in one pass over memory, compares the best
/// by their vectors, and compares the rows that have no code yet one by one. Nothing is left out by where it lies, so
/// recall does not depend on how the data moves while it streams in.
///
/// Layout, in pages of 256 KB: the blocks of [io.elanus.storage.kernel.BlockScan], with the
/// codes of [io.elanus.storage.index.code.ResidualCodes] relative to one centre, the mean of the first rows. Nothing
/// of it is written to a file.
///
/// Thread rule: one thread at a time makes codes; any number search meanwhile, among those that were whole when they
/// began.
@NullMarked
package io.elanus.storage.index.interim;

import org.jspecify.annotations.NullMarked;
