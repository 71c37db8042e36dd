package io.elanus.storage.index.hnsw;

import io.elanus.storage.index.VectorSource;
import io.elanus.storage.kernel.NativeMemory;
import java.util.Objects;

/// The numbering of the rows that have a vector, and where their vectors are.
///
/// @param rows address of the int32 rows of the nodes, or 0 when node i is row i
record Nodes(VectorSource source, int count, long rows) {
    /// The node's row. Nodes come from a file: what is none is an [IndexOutOfBoundsException].
    int row(int node) {
        return rows == 0 ? node : NativeMemory.intAt(rows + Objects.checkIndex(node, count) * 4L);
    }

    /// Address of the node's vector, with the row checked likewise.
    long vector(int node) {
        return source.address(Objects.checkIndex(row(node), source.rows()));
    }
}
