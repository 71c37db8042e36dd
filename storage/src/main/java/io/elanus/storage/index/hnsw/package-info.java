/// The graph index: Hierarchical Navigable Small World (Malkov and Yashunin, 2016).
///
/// Words of the paper and of this package: `m`, `efConstruction`, `efSearch` and level are the paper's; a *node* is
/// a row with a vector, numbered without gaps in row order; *links* are a node's neighbours on one level, at most
/// m, and 2 m on level 0; the *beam* is the paper's W and C in one: the ef nearest nodes met, those not expanded
/// yet marked.
///
/// Path of a build: [HnswFormat] → [GraphBuilder] inserts every node into a [MutableGraph], with
/// [NeighborSelection] (the paper's heuristic), or, of a large graph, most of them in bulk, from what [BulkLinks]
/// finds → [Reachability] connects what no path leads to → [GraphFile] writes. Path of a search: [HnswIndex] →
/// [HnswSearcher] picks a strategy → [LayerWalk] walks a level with a [NodeRanker], or, in the quantised layout,
/// [QuantizedWalk] walks level 0 on the codes of neighbours. A search that goes on: [HnswIterator] takes steps of
/// the same walks with a [Frontier] in place of the beam.
///
/// Sections of a file (inside the envelope of `storage.index`; n nodes, links filled up with -1):
///
/// | id | content |
/// |---|---|
/// | 1 | seven int32: n, m, number of upper levels, entry (its position on the top level, or the node when there is no
/// upper level), codes (0 none, 1 sq8, 2 rabitq), efSearch, layout (0 plain, 1 quantized) |
/// | 2 | level 0: per node 2 m int32 node numbers; quantized: the entries of [NeighborCodes] |
/// | 3 | upper levels from 1 up: per level its number of nodes, int32; then per level and node: node number, position
/// of the node on the level below, m positions on this level, all int32 |
/// | 4 | per node its row, int32; absent when node i is row i |
/// | 5 | COSINE only: per node one over the length of its vector, float32 (0 for a zero vector) |
/// | 6 | sq8: per dimension the middle, then per dimension the step, float32 |
/// | 7 | sq8: the entries of [io.elanus.storage.index.code.ScalarCodes]; rabitq: of
/// [io.elanus.storage.index.code.BitCodes]; one per node |
/// | 8 | quantized, rabitq: the sign bits of the rotation ([io.elanus.storage.kernel.Rotation]) |
/// | 9 | quantized, rabitq: the centre, float32 per dimension |
///
/// What a search reads is checked when it becomes an index of an array or an address, so a damaged file ends in
/// `CORRUPT`, not in a wild access.
///
/// Thread rule: see `storage.index`. During a build links are written under the lock of their node and read
/// without: a reader may see a list half rewritten, which costs it a neighbour and nothing more.
@NullMarked
package io.elanus.storage.index.hnsw;

import org.jspecify.annotations.NullMarked;
