package io.elanus.storage.index.hnsw;

import io.elanus.storage.index.FoundRows;
import io.elanus.storage.index.NearestRows;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.kernel.BlockScan;
import io.elanus.storage.kernel.NativeMemory;
import java.lang.foreign.Arena;

/// The walk over level 0 of a quantised graph ([NeighborCodes]). The nearest node of the beam, by estimate, is
/// compared exactly with the query, and one pass over its entry estimates all its neighbours: its vector and its
/// entry are the only memory that an expansion waits for. The exact comparisons are the result, so nothing is
/// refined afterwards.
///
/// A node may stand in the beam several times, with estimates from several neighbours; the least of them leads to
/// its expansion, the others are dropped when they come up.
///
/// One thread at a time; owns its scratch memory.
final class QuantizedWalk implements AutoCloseable {
    private static final int LINE_BYTES = 64;
    /// Beyond these the processor sees by itself where a scan is heading.
    private static final int MOST_LINES = 40;
    /// Expansions whose loads are under way at once. More of them wait less but go where the first would have told
    /// not to.
    private static final int BATCH = 4;

    private final GraphFile graph;
    private final NeighborCodes codes;
    private final ExactRanker vectors;
    private final int[] batch = new int[BATCH];
    private final long[] places = new long[BATCH];
    private final float[] ranks = new float[BATCH];
    private final BlockScan scan = BlockScan.preferred();
    private final Expanded expanded;
    private final Beam beam = new Beam();
    private final float[] estimates = new float[BlockScan.LANES];
    private final Arena arena = Arena.ofShared();
    private final long scratch;
    private final long table;
    private final int entryLines;
    private long ranked;
    /// Keeps the compiler from dropping the loads that bring entries into the cache.
    @SuppressWarnings("UnusedVariable")
    private int touched;

    QuantizedWalk(GraphFile graph, NeighborCodes codes, ExactRanker vectors) {
        this.graph = graph;
        this.codes = codes;
        this.vectors = vectors;
        this.expanded = new Expanded(graph.nodes().count());
        this.scratch = arena.allocate(codes.codes().scratchBytes(), 64).address();
        this.entryLines = Math.min(MOST_LINES, Math.toIntExact(codes.entryBytes() / LINE_BYTES));
        this.table = arena.allocate(BlockScan.tableBytes(codes.codes().planes().groups()), 64)
                .address();
    }

    /// Exact comparisons since the last call.
    long takeRanked() {
        long count = ranked;
        ranked = 0;
        return count;
    }

    /// Offers every node on the way whose row passes to `nearest`.
    ///
    /// @param prepared the query that the exact ranker is bound to
    void run(long prepared, int start, int ef, RowFilter filter, NearestRows nearest) {
        codes.codes().bind(prepared, scratch, table);
        expanded.reset();
        beam.reset(ef);
        beam.offer(Float.NEGATIVE_INFINITY, start);
        for (int count = takeBatch(1); count > 0; count = takeBatch(BATCH)) {
            vectors.rankAt(places, count, codes.lengthOffset(), ranks);
            ranked += count;
            for (int i = 0; i < count; i++) {
                int row = graph.nodes().row(batch[i]);
                if (filter.passes(row)) {
                    nearest.offer(ranks[i], row);
                }
                expand(batch[i], ranks[i]);
            }
        }
    }

    /// Takes the nearest nodes that are not expanded yet, and starts to load what their expansion reads: the loads
    /// of all of them are under way at once.
    private int takeBatch(int most) {
        int count = 0;
        int sum = 0;
        while (count < most) {
            int node = beam.takeNearest();
            if (node < 0) {
                break;
            }
            if (expanded.add(node)) {
                long entry = graph.address(0, node);
                sum += touch(entry, entryLines);
                places[count] = entry + codes.linkBytes();
                batch[count++] = node;
            }
        }
        touched += sum;
        return count;
    }

    private void expand(int node, float rank) {
        long entry = graph.address(0, node);
        long block = entry + codes.blockOffset();
        for (int b = 0; b < codes.blocks(); b++) {
            long links = entry + 4L * BlockScan.LANES * b;
            int below = scan.estimates(table, codes.codes().planes(), block, rank, beam.limit(), estimates);
            while (below != 0) {
                int lane = Integer.numberOfTrailingZeros(below);
                below &= below - 1;
                int neighbor = NativeMemory.intAt(links + lane * 4L);
                if (neighbor >= 0 && !expanded.contains(neighbor)) {
                    beam.offer(estimates[lane], neighbor);
                }
            }
            block += codes.blockBytes();
        }
    }

    /// Begins a walk that goes on ([#step]).
    void start(long prepared, int start, Frontier frontier) {
        codes.codes().bind(prepared, scratch, table);
        expanded.reset();
        frontier.offer(Float.NEGATIVE_INFINITY, start);
    }

    /// Expands the nearest nodes of the frontier, and offers those whose rows pass. False when there are none.
    boolean step(Frontier frontier, FoundRows found) {
        int count = takeBatch(frontier);
        vectors.rankAt(places, count, codes.lengthOffset(), ranks);
        ranked += count;
        for (int i = 0; i < count; i++) {
            int row = graph.nodes().row(batch[i]);
            if (found.filter().passes(row)) {
                found.offer(ranks[i], row);
            }
            expand(batch[i], ranks[i], frontier);
        }
        return count > 0;
    }

    private int takeBatch(Frontier frontier) {
        int count = 0;
        int sum = 0;
        while (count < BATCH) {
            int node = frontier.take();
            if (node < 0) {
                break;
            }
            if (expanded.add(node)) {
                frontier.expanded();
                long entry = graph.address(0, node);
                sum += touch(entry, entryLines);
                places[count] = entry + codes.linkBytes();
                batch[count++] = node;
            }
        }
        touched += sum;
        return count;
    }

    private void expand(int node, float rank, Frontier frontier) {
        long entry = graph.address(0, node);
        long block = entry + codes.blockOffset();
        for (int b = 0; b < codes.blocks(); b++) {
            long links = entry + 4L * BlockScan.LANES * b;
            scan.estimates(table, codes.codes().planes(), block, rank, Float.POSITIVE_INFINITY, estimates);
            for (int lane = 0; lane < BlockScan.LANES; lane++) {
                int neighbor = NativeMemory.intAt(links + lane * 4L);
                if (neighbor >= 0 && !expanded.contains(neighbor)) {
                    frontier.offer(estimates[lane], neighbor);
                }
            }
            block += codes.blockBytes();
        }
    }

    private static int touch(long address, int lines) {
        int sum = 0;
        for (int line = 0; line < lines; line++) {
            sum += NativeMemory.byteAt(address + (long) line * LINE_BYTES);
        }
        return sum;
    }

    @Override
    public void close() {
        arena.close();
    }
}
