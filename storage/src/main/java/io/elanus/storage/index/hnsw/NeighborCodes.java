package io.elanus.storage.index.hnsw;

import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.index.code.PreparedVectors;
import io.elanus.storage.index.code.ResidualCodes;
import io.elanus.storage.kernel.BlockScan;
import io.elanus.storage.kernel.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The quantised graph: beside a node's links lie the codes of its neighbours relative to it, and one pass scores
/// 32 of them (laid out as in SymphonyQG, Gou et al. 2025). The base of a code is the node's own vector, which a
/// walk compares exactly when it expands the node. All that an expansion reads is one run of memory.
///
/// A node's entry: links, int32, filled up to a multiple of 32 with -1; its vector as the segment has it, filled up
/// to a multiple of 4 bytes; for cosine one over its length, float32; zeros up to a multiple of 64; then per 32
/// links a block of [BlockScan].
///
/// @param links that a node may have on level 0
/// @param vectorBytes of a stored vector
record NeighborCodes(ResidualCodes codes, int links, int vectorBytes) {
    private static final int BLOCK = 1024;
    private static final int LINE_BYTES = 64;

    /// Blocks of 32 neighbours that a node has.
    int blocks() {
        return (links + BlockScan.LANES - 1) / BlockScan.LANES;
    }

    /// Links that an entry has places for.
    int places() {
        return BlockScan.LANES * blocks();
    }

    long linkBytes() {
        return 4L * places();
    }

    long blockBytes() {
        return codes.planes().blockBytes();
    }

    /// From a vector to the inverse of its length.
    long lengthOffset() {
        return (vectorBytes + 3L) & -4;
    }

    /// From the start of an entry to its first block.
    long blockOffset() {
        return (linkBytes() + lengthOffset() + Float.BYTES + LINE_BYTES - 1) & -LINE_BYTES;
    }

    long entryBytes() {
        return blockOffset() + blocks() * blockBytes();
    }

    /// Writes the entries of all nodes.
    ///
    /// @param vectors by node
    /// @param build the same, as stored
    MemorySegment encode(
            MutableGraph graph,
            PreparedVectors vectors,
            BuildNodes build,
            BuildPool pool,
            BuildMonitor monitor,
            Arena file) {
        long bytes = vectors.count() * entryBytes();
        MemorySegment section = file.allocate(Math.max(64, bytes), 64).asSlice(0, bytes);
        try (Arena scratch = monitor.newScratch()) {
            long transformed = transform(vectors, pool, monitor, scratch);
            pool.forEachBlock(vectors.count(), BLOCK, monitor, (_, from, to) -> {
                try (SpareLinks spares = new SpareLinks(graph, build.newWalkRanker(), places())) {
                    for (int node = from; node < to; node++) {
                        long entry = section.address() + node * entryBytes();
                        copy(build, node, entry + linkBytes());
                        encodeEntry(spares.fill(node), node, transformed, entry);
                    }
                }
            });
        }
        return section;
    }

    /// A vector as the segment has it.
    private void copy(BuildNodes build, int node, long to) {
        NativeMemory.copy(build.nodes().vector(node), to, vectorBytes);
        if (build.inverseLengths() != 0) {
            NativeMemory.putFloat(to + lengthOffset(), NativeMemory.floatAt(build.inverseLengths() + node * 4L));
        }
    }

    /// Address of the transformed vectors of all nodes.
    private long transform(PreparedVectors vectors, BuildPool pool, BuildMonitor monitor, Arena scratch) {
        long each = codes.transformedBytes();
        long transformed =
                scratch.allocate(Math.max(64, vectors.count() * each), 64).address();
        pool.forEachBlock(vectors.count(), BLOCK, monitor, (_, from, to) -> {
            try (Arena arena = Arena.ofConfined()) {
                long prepared = arena.allocate(vectors.dimension() * 4L, 64).address();
                long room = arena.allocate(2 * each, 64).address();
                for (int node = from; node < to; node++) {
                    vectors.prepare(node, prepared);
                    codes.transform(prepared, room);
                    NativeMemory.copy(room, transformed + node * each, each);
                }
            }
        });
        return transformed;
    }

    private void encodeEntry(int[] neighbors, int node, long transformed, long entry) {
        long each = codes.transformedBytes();
        for (int i = 0; i < neighbors.length; i++) {
            NativeMemory.putInt(entry + i * 4L, neighbors[i]);
            if (neighbors[i] >= 0) {
                long block = entry + blockOffset() + i / BlockScan.LANES * blockBytes();
                codes.encode(transformed + node * each, transformed + neighbors[i] * each, block, i % BlockScan.LANES);
            }
        }
    }
}
