package io.elanus.storage.type;

/// How one element of a vector is stored. Multi-byte elements are little endian.
public enum VectorElement {
    FLOAT32(32),
    FLOAT16(16),
    BFLOAT16(16),
    INT8(8),
    /// One bit each, lowest bit of the first byte first.
    BINARY(1),
    /// Only the elements other than zero; packed vectors differ in size. See [SparseVector].
    SPARSE(0);

    private final int bits;

    VectorElement(int bits) {
        this.bits = bits;
    }

    /// Bytes of a packed vector of this many dimensions.
    public int bytesFor(int dimension) {
        if (this == SPARSE) {
            throw new IllegalStateException("Sparse vectors of one dimension differ in size");
        }
        return Math.toIntExact(((long) dimension * bits + 7) / 8);
    }
}
