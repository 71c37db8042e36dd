package io.elanus.storage.index;

import io.elanus.storage.type.ColumnType;

/// The vectors of a segment at their addresses, as a builder or a brute-force search reads them. Row i is at
/// [#address], packed as its element type says.
public interface VectorSource extends ValueSource {
    ColumnType.Vector type();

    @Override
    default int bytes(int row) {
        return type().bytes();
    }
}
