package io.elanus.storage.index;

import io.elanus.storage.type.ColumnType;

/// The vectors of a segment at their addresses, as a builder or a brute-force search reads them. Row i is at
/// [#address], packed as its element type says; the memory stays valid while the owner of the source keeps it.
public interface VectorSource {
    ColumnType.Vector type();

    int rows();

    /// Native address of the packed vector of this row; meaningless for a NULL row.
    long address(int row);

    boolean isNull(int row);
}
