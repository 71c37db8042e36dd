package io.elanus.storage.index.diskann;

/// Where the entries of nodes lie in the section of blocks. Pure.
///
/// @param vectorBytes of a vector as the column has it
/// @param degree places for links
record Blocks(int vectorBytes, int degree) {
    static final int BLOCK_BYTES = 4096;

    /// Of the vector, filled up to where links can lie.
    int linksOffset() {
        return (vectorBytes + 3) & -4;
    }

    int entryBytes() {
        return linksOffset() + 4 * degree;
    }

    /// Entries in a block; 0 when an entry takes several.
    private int perBlock() {
        return BLOCK_BYTES / entryBytes();
    }

    private int blocksPerEntry() {
        return (entryBytes() + BLOCK_BYTES - 1) / BLOCK_BYTES;
    }

    long offset(int node) {
        int perBlock = perBlock();
        return perBlock == 0
                ? (long) node * blocksPerEntry() * BLOCK_BYTES
                : (long) (node / perBlock) * BLOCK_BYTES + (long) (node % perBlock) * entryBytes();
    }

    long bytes(int nodes) {
        int perBlock = perBlock();
        long blocks = perBlock == 0 ? (long) nodes * blocksPerEntry() : ((long) nodes + perBlock - 1) / perBlock;
        return blocks * BLOCK_BYTES;
    }
}
