/// Codes that stand for vectors relative to a base (a node of a graph, the centroid of a list), laid out for
/// [io.elanus.storage.kernel.BlockScan]: 32 of them are scored in one pass.
///
/// Both kinds give the distance to a query as `base + added + factor × product`: `base` is the query's distance to
/// the base, `added` and `factor` stand with each code, and the product of the code with the query comes out of the
/// scan. So one table per query serves all bases. [ResidualCodes] round rotated residuals to a few bits a
/// dimension; [ProductCodes] name the nearest of 16 learnt words for every few dimensions.
///
/// [ScalarCodes] (a byte a dimension) and [BitCodes] (a few bits a dimension, relative to one centre) stand for
/// vectors by themselves; a [CodeRanker] ranks them one by one.
///
/// Thread rule: codes are immutable; tables and scratch memory belong to one thread at a time.
@NullMarked
package io.elanus.storage.index.code;

import org.jspecify.annotations.NullMarked;
