package io.elanus.storage.index.hnsw;

import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.index.code.PreparedVectors;
import io.elanus.storage.index.code.ResidualCodes;
import io.elanus.storage.kernel.BlockScan;
import io.elanus.storage.kernel.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The quantised graph: beside a node's links lie the codes of its neighbours relative to it, and one pass scores 32
/// of them (laid out as in SymphonyQG, Gou et al. 2025). The base of a code is the node's own vector, which a walk
/// compares exactly when it expands the node.
///
/// A node's entry: links, int32, filled up to a multiple of 32 with -1; then per 32 links a block of [BlockScan].
///
/// @param links that a node may have on level 0
record NeighborCodes(ResidualCodes codes, int links) {
    private static final int BLOCK = 1024;

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

    long entryBytes() {
        return linkBytes() + blocks() * blockBytes();
    }

    /// Writes the entries of all nodes.
    ///
    /// @param vectors by node
    MemorySegment encode(
            MutableGraph graph,
            PreparedVectors vectors,
            RankerMaker rankers,
            BuildPool pool,
            BuildMonitor monitor,
            Arena file) {
        long bytes = vectors.count() * entryBytes();
        MemorySegment section = file.allocate(Math.max(64, bytes), 64).asSlice(0, bytes);
        try (Arena scratch = Arena.ofShared()) {
            long transformed = transform(vectors, pool, monitor, scratch);
            pool.forEachBlock(vectors.count(), BLOCK, monitor, (_, from, to) -> {
                try (SpareLinks spares = new SpareLinks(graph, rankers.make(), places())) {
                    for (int node = from; node < to; node++) {
                        encodeEntry(spares.fill(node), node, transformed, section.address() + node * entryBytes());
                    }
                }
            });
        }
        return section;
    }

    /// Makes a ranker for a thread, which closes it.
    interface RankerMaker {
        ExactRanker make();
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
                long block = entry + linkBytes() + i / BlockScan.LANES * blockBytes();
                codes.encode(transformed + node * each, transformed + neighbors[i] * each, block, i % BlockScan.LANES);
            }
        }
    }
}
