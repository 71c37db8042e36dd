/// `USING diskann`: a graph for segments that are larger than memory (Vamana; Subramanya et al. 2019).
///
/// In memory stand a few bits a dimension of every vector ([io.elanus.storage.index.code.BitCodes]); vectors and
/// links lie on disk, those of a node side by side. A search keeps the nearest nodes by code in a beam. It takes the
/// nearest few, reads their blocks, compares their vectors exactly, and offers their neighbours, by code, to the
/// beam. So each node on the way costs one read of the disk, which also brings what the answer is refined with.
///
/// The graph has one level and starts at the node nearest to the mean. Links are chosen as in the paper's
/// ROBUSTPRUNE: a candidate is dropped when it is `alpha` times nearer to a link chosen before than to the node
/// itself; an `alpha` above 1 keeps long links, so that few hops lead anywhere. Nodes are inserted one after the
/// other, by several threads, with links back.
///
/// Sections of a file:
///
/// | id | what |
/// |---|---|
/// | 1 | int32 each: nodes, the most links of a node, the node where searches begin |
/// | 2 | rows of the nodes, int32; left out when node i is row i |
/// | 3 | signs of the rotation of the codes |
/// | 4 | centre of the codes, float32 |
/// | 5 | codes |
/// | 6 | blocks; starts at a page of the file |
///
/// A node's entry: its vector as the column has it, filled up to four bytes, then its links, int32, those that are
/// missing are -1. Entries of up to 4096 bytes lie in blocks of 4096 bytes, as many as fit, and never across the
/// border of one; longer ones take whole blocks.
///
/// Thread rule: as [io.elanus.storage.index] says.
@NullMarked
package io.elanus.storage.index.diskann;

import org.jspecify.annotations.NullMarked;
