package io.elanus.storage.type;

/// Keys whose unsigned 32-bit hash lies in `[hashFrom, hashTo]` are written to this vchannel.
public record Shard(long hashFrom, long hashTo, String vchannel, String pchannel) {
    public static final long HASHES = 1L << 32;

    public boolean holds(int hash) {
        long unsigned = Integer.toUnsignedLong(hash);
        return hashFrom <= unsigned && unsigned <= hashTo;
    }
}
