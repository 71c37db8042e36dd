package io.elanus.storage.index.hnsw;

import io.elanus.storage.kernel.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicIntegerArray;

/// A graph under construction. Levels are drawn for all nodes at the start, from the seed and the node alone, so
/// they do not depend on the order in which threads insert.
///
/// Every link keeps its distance beside it: pruning a full list then needs no distance to the node itself. Memory
/// belongs to the arena given; the level 0 links are the file's section as they are.
final class MutableGraph implements Links {
    private static final int LOCKS = 1 << 12;
    private static final int MAX_LEVEL = 30;

    final int nodes;
    final int m;
    private final byte[] levels;
    private final MemorySegment ground;
    private final long groundRanks;
    /// Position of each node's first upper list, in lists; meaningless for a node of level 0.
    private final int[] upperStart;
    private final long upper;
    private final long upperRanks;
    private final AtomicIntegerArray locks = new AtomicIntegerArray(LOCKS);
    /// The entry node and, above it, its level.
    private volatile long entry = -1;

    MutableGraph(int nodes, HnswParameters parameters, Arena file, Arena scratch) {
        this(nodes, parameters.m(), MAX_LEVEL, parameters.seed(), file, scratch);
    }

    /// @param most the highest level that nodes may reach
    MutableGraph(int nodes, int m, int most, long seed, Arena file, Arena scratch) {
        this.nodes = nodes;
        this.m = m;
        this.levels = new byte[nodes];
        this.upperStart = new int[nodes];
        int upperLists = 0;
        double scale = 1 / Math.log(m);
        for (int node = 0; node < nodes; node++) {
            levels[node] = (byte) Math.min(most, drawLevel(seed, node, scale));
            upperStart[node] = upperLists;
            upperLists += levels[node];
        }
        long groundBytes = (long) nodes * 2 * m * 4;
        ground = filled(file, groundBytes);
        groundRanks = scratch.allocate(Math.max(64, groundBytes), 64).address();
        long upperBytes = (long) upperLists * m * 4;
        upper = filled(scratch, upperBytes).address();
        upperRanks = scratch.allocate(Math.max(64, upperBytes), 64).address();
    }

    private static MemorySegment filled(Arena arena, long bytes) {
        return arena.allocate(Math.max(64, bytes), 64).asSlice(0, bytes).fill((byte) -1);
    }

    /// Geometric, as in the paper, from one step of SplitMix64.
    private static byte drawLevel(long seed, int node, double scale) {
        long z = seed * 0x9E3779B97F4A7C15L + node + 0x632BE59BD9B4E019L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        z ^= z >>> 31;
        double uniform = ((z >>> 11) + 1) * 0x1p-53;
        return (byte) Math.min(MAX_LEVEL, (int) (-Math.log(uniform) * scale));
    }

    int level(int node) {
        return levels[node];
    }

    MemorySegment ground() {
        return ground;
    }

    @Override
    public int capacity(int level) {
        return level == 0 ? 2 * m : m;
    }

    @Override
    public long address(int level, int node) {
        return level == 0
                ? ground.address() + (long) node * 2 * m * 4
                : upper + ((long) upperStart[node] + level - 1) * m * 4;
    }

    /// Where the distances of the links at [#address] are, float32.
    long ranksAddress(int level, int node) {
        return level == 0
                ? groundRanks + (long) node * 2 * m * 4
                : upperRanks + ((long) upperStart[node] + level - 1) * m * 4;
    }

    int linkCount(int level, int node) {
        long at = address(level, node);
        int capacity = capacity(level);
        int count = 0;
        while (count < capacity && NativeMemory.intAt(at + count * 4L) >= 0) {
            count++;
        }
        return count;
    }

    /// Replaces the links of a node. Its lock is held, or nobody knows it yet.
    void setLinks(int level, int node, int[] neighbors, float[] ranks, int count) {
        long at = address(level, node);
        long ranksAt = ranksAddress(level, node);
        for (int i = 0; i < count; i++) {
            NativeMemory.putFloat(ranksAt + i * 4L, ranks[i]);
            NativeMemory.putInt(at + i * 4L, neighbors[i]);
        }
        for (int i = count; i < capacity(level); i++) {
            NativeMemory.putInt(at + i * 4L, -1);
        }
    }

    void setLink(int level, int node, int position, int neighbor, float rank) {
        NativeMemory.putFloat(ranksAddress(level, node) + position * 4L, rank);
        NativeMemory.putInt(address(level, node) + position * 4L, neighbor);
    }

    void lock(int node) {
        while (!locks.compareAndSet(node & LOCKS - 1, 0, 1)) {
            Thread.onSpinWait();
        }
    }

    void unlock(int node) {
        locks.set(node & LOCKS - 1, 0);
    }

    boolean empty() {
        return entry < 0;
    }

    /// Node in the low half, its level in the high one: read at once.
    long entry() {
        return entry;
    }

    static int entryNode(long entry) {
        return (int) entry;
    }

    static int entryLevel(long entry) {
        return (int) (entry >> 32);
    }

    /// Makes the node the entry if it stands higher than the present one.
    synchronized void raiseEntry(int node) {
        if (entry < 0 || levels[node] > entryLevel(entry)) {
            entry = (long) levels[node] << 32 | node;
        }
    }
}
