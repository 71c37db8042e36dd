package io.elanus.storage.index;

import io.elanus.storage.type.ColumnType;

/// The vectors of a segment at their addresses, as a builder or a brute-force search reads them. Row i is at
/// [#address], packed as its element type says.
public interface VectorSource extends ValueSource {
    ColumnType.Vector type();

    /// The address of this row will be asked for soon: several that are wanted may be fetched together.
    default void want(int row) {
        // Most sources have all bytes.
    }

    @Override
    default int bytes(int row) {
        return type().bytes();
    }
}
