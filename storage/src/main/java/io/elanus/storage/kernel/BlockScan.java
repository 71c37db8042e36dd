package io.elanus.storage.kernel;

/// Scores 32 vectors in one pass from codes of 4 bits (fast scan: André et al., 2015): the codes of a group of all
/// 32 lie side by side in 16 bytes, and one byte shuffle looks all of them up in the group's table of 16 entries.
///
/// A *block* of codes has 16 bytes a group. Byte p of a group holds two lanes, the lower one in its low four bits:
/// lanes p / 2 and 16 + p / 2 for an even p, 8 + p / 2 and 24 + p / 2 for an odd one. The order is such that sums
/// of even and of odd bytes, kept in 16 bits, come out as runs of eight lanes.
///
/// A *table* is what a query is turned into: at 0 the scale and at 4 the bias, float32, from [#TABLE_ENTRIES] on 16
/// unsigned bytes a group. A lane's sum stands for `scale × sum + bias`. Behind the entries there is room for sums
/// of 16 bits, so a table belongs to one thread at a time.
///
/// Stateless and shared by all threads. Addresses are native and unchecked.
public sealed interface BlockScan permits ScalarBlockScan, VectorBlockScan, WideBlockScan {
    int LANES = 32;
    int GROUP_BYTES = 16;
    /// Offset of the first group's entries in a table.
    int TABLE_ENTRIES = 64;
    /// Bytes that a scan may use for the sums of 32 lanes.
    int PARTIAL_BYTES = 320;
    /// Bytes of the two numbers per lane that stand before the codes of a block with estimates.
    int TERM_BYTES = 2 * 4 * LANES;

    /// The scan of this machine's path.
    static BlockScan preferred() {
        return of(Distances.path());
    }

    static BlockScan of(KernelPath path) {
        return switch (path) {
            case SCALAR -> new ScalarBlockScan();
            case VECTOR -> WideBlockScan.AVAILABLE ? new WideBlockScan() : new VectorBlockScan();
        };
    }

    static long tableBytes(int groups) {
        int parts = new Planes(Planes.MOST_BITS, groups).parts();
        return TABLE_ENTRIES + codeBytes(groups) + (long) PARTIAL_BYTES * parts;
    }

    static long codeBytes(int groups) {
        return (long) GROUP_BYTES * groups;
    }

    /// Writes the code of one lane in one group of a block whose bytes were 0 before.
    static void putCode(long codes, int group, int lane, int code) {
        long at = place(codes, lane) + (long) group * GROUP_BYTES;
        NativeMemory.putByte(at, (byte) (NativeMemory.byteAt(at) | code << shift(lane)));
    }

    /// The code of one lane in one group.
    static int code(long codes, int group, int lane) {
        return NativeMemory.byteAt(place(codes, lane) + (long) group * GROUP_BYTES) >> shift(lane) & 15;
    }

    /// Where a lane's code of the first group is.
    static long place(long codes, int lane) {
        int within = lane & 15;
        return codes + (within < 8 ? 2 * within : 2 * (within - 8) + 1);
    }

    /// Which bits of that byte it takes: those from this one on.
    static int shift(int lane) {
        return lane < 16 ? 0 : 4;
    }

    /// Estimates for blocks whose lanes have two numbers and codes of several bits a dimension, a plane of
    /// [#codeBytes] for each bit, the highest first. The planes' sums count 1, 1/2, 1/4 …: with `product` the sum
    /// of `weight × (scale × sum + bias)` a lane's estimate is `base + added + factor × product`. A block begins
    /// with the 32 values of `added`, then 32 factors, float32; the planes follow.
    ///
    /// @return bit i is set when lane i is below the limit
    int estimates(long table, Planes planes, long block, float base, float limit, float[] estimates);

    /// @param bits planes of a block
    /// @param groups of a plane
    record Planes(int bits, int groups) {
        public static final int MOST_BITS = 4;

        public long blockBytes() {
            return TERM_BYTES + bits * codeBytes(groups);
        }

        /// Groups whose weighted sum over all planes fits 16 bits; a multiple of 4.
        int groupsOfPart() {
            return (1 << Short.SIZE) / (255 * ((1 << bits) - 1)) / 4 * 4;
        }

        int parts() {
            return (groups + groupsOfPart() - 1) / groupsOfPart();
        }

        /// How often the bias counts: the sum of the planes' weights.
        float biasWeight() {
            return 2 - 2f / (1 << bits);
        }
    }
}
