package io.elanus.storage.visibility;

/// The rule of this package, as functions of timestamps. Pure.
public final class Visibility {
    private Visibility() {}

    /// Does a read at `readTs` see a row written at `rowTs` that ended at `endTs`?
    public static boolean visible(long rowTs, long endTs, long readTs) {
        return rowTs <= readTs && readTs < endTs;
    }

    /// The end of a row once a later write of its key is known; unchanged by a write that is not later.
    public static long end(long rowTs, long endTs, long laterWriteTs) {
        return rowTs < laterWriteTs ? Math.min(endTs, laterWriteTs) : endTs;
    }

    /// May compaction drop the row when no read below `retentionTs` will come any more?
    public static boolean expired(long endTs, long retentionTs) {
        return endTs <= retentionTs;
    }
}
