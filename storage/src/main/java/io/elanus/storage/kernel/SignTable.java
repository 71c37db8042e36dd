package io.elanus.storage.kernel;

/// Turns a rotated query into the table of a [BlockScan] over codes of one bit a dimension: bit i of a group's code
/// set stands for +1 in its dimension i, clear for -1. A lane's sum is then the product of the query with those
/// signs.
///
/// One scale serves all groups, a bias takes up what a group's least entry is: an entry is off by at most half a
/// scale, which is 1/510 of the widest group's range.
public final class SignTable {
    /// Dimensions of a group.
    public static final int GROUP = 4;

    private SignTable() {}

    public static int groups(int padded) {
        return padded / GROUP;
    }

    /// @param query float32, `padded` elements
    public static void fill(long query, int padded, long table) {
        float widest = 0;
        float bias = 0;
        for (int d = 0; d < padded; d += GROUP) {
            float reach = reach(query + d * 4L);
            widest = Math.max(widest, reach);
            bias -= reach;
        }
        float scale = widest > 0 ? 2 * widest / 255 : 1;
        NativeMemory.putFloat(table, scale);
        NativeMemory.putFloat(table + 4, bias);
        long entries = table + BlockScan.TABLE_ENTRIES;
        for (int d = 0; d < padded; d += GROUP) {
            putGroup(query + d * 4L, 2 / scale, entries);
            entries += BlockScan.GROUP_BYTES;
        }
    }

    /// The largest product of four elements with signs.
    private static float reach(long at) {
        return Math.abs(NativeMemory.floatAt(at))
                + Math.abs(NativeMemory.floatAt(at + 4))
                + Math.abs(NativeMemory.floatAt(at + 8))
                + Math.abs(NativeMemory.floatAt(at + 12));
    }

    /// An entry is what its signs give beyond the least: for every dimension whose sign is the element's, twice its
    /// size.
    private static void putGroup(long at, float twiceOverScale, long group) {
        long entries = group;
        float a = NativeMemory.floatAt(at) * twiceOverScale;
        float b = NativeMemory.floatAt(at + 4) * twiceOverScale;
        float c = NativeMemory.floatAt(at + 8) * twiceOverScale;
        float d = NativeMemory.floatAt(at + 12) * twiceOverScale;
        float least = Math.max(-a, 0) + Math.max(-b, 0) + Math.max(-c, 0) + Math.max(-d, 0) + 0.5f;
        for (int high = 0; high < 4; high++) {
            float from = least + ((high & 1) == 0 ? 0 : c) + ((high & 2) == 0 ? 0 : d);
            NativeMemory.putByte(entries, (byte) (int) from);
            NativeMemory.putByte(entries + 1, (byte) (int) (from + a));
            NativeMemory.putByte(entries + 2, (byte) (int) (from + b));
            NativeMemory.putByte(entries + 3, (byte) (int) (from + a + b));
            entries += 4;
        }
    }
}
