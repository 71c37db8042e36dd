package io.elanus.storage.index;

/// The values of a column of a segment at their addresses; the memory stays valid while the owner of the source
/// keeps it.
public interface ValueSource {
    int rows();

    /// Native address of this row's value; meaningless for a NULL row.
    long address(int row);

    /// Size of the value at [#address].
    int bytes(int row);

    boolean isNull(int row);
}
