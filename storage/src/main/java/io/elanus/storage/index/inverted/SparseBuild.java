package io.elanus.storage.index.inverted;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.index.IndexFileWriter;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.index.VectorSource;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.type.SparseVector;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Turns the vectors of a segment round: counts the rows of every term, then deals the postings out. One thread.
final class SparseBuild {
    /// Rows between two looks at the monitor.
    private static final int STEP = 4_096;

    private final VectorSource source;
    private final BuildMonitor monitor;
    private final Arena arena;
    private final boolean coded;

    /// @param coded write weights as codes of a byte
    SparseBuild(VectorSource source, BuildMonitor monitor, Arena arena, boolean coded) {
        this.source = source;
        this.monitor = monitor;
        this.arena = arena;
        this.coded = coded;
    }

    /// Adds the sections; their memory is the arena's.
    void write(IndexFileWriter writer) {
        TermTable table = count();
        int[] terms = table.sorted();
        long[] starts = new long[terms.length + 1];
        int[] blockStarts = new int[terms.length + 1];
        for (int t = 0; t < terms.length; t++) {
            long postings = table.count(terms[t]);
            starts[t + 1] = starts[t] + postings;
            blockStarts[t + 1] = Math.toIntExact(blockStarts[t] + Postings.blocks(postings));
        }
        MemorySegment rows = arena.allocate(Integer.BYTES * starts[terms.length], 64);
        MemorySegment weights = arena.allocate(Float.BYTES * starts[terms.length], 64);
        deal(terms, starts, rows.address(), weights.address());
        MemorySegment blocks = arena.allocate((long) Postings.BLOCK_BYTES * blockStarts[terms.length], 64);
        for (int t = 0; t < terms.length; t++) {
            summarize(starts[t], starts[t + 1], blockStarts[t], blocks, rows.address(), weights.address());
        }
        writer.section(Postings.TERMS, ints(terms))
                .section(Postings.STARTS, longs(starts))
                .section(Postings.BLOCK_STARTS, ints(blockStarts))
                .section(Postings.BLOCKS, blocks)
                .section(Postings.ROWS, rows)
                .section(
                        coded ? Postings.CODES : Postings.WEIGHTS,
                        coded ? codes(starts, blockStarts, blocks.address(), weights.address()) : weights);
    }

    private MemorySegment codes(long[] starts, int[] blockStarts, long blocks, long weights) {
        MemorySegment codes = arena.allocate(starts[starts.length - 1], 64);
        for (int t = 0; t + 1 < starts.length; t++) {
            long at = blocks + (long) Postings.BLOCK_BYTES * blockStarts[t];
            for (long start = starts[t]; start < starts[t + 1]; start += Postings.BLOCK) {
                float least = NativeMemory.floatAt(at + 12);
                double step = Postings.step(NativeMemory.floatAt(at + 8), least);
                for (long p = start; p < Math.min(starts[t + 1], start + Postings.BLOCK); p++) {
                    float weight = NativeMemory.floatAt(weights + Float.BYTES * p);
                    NativeMemory.putByte(codes.address() + p, (byte) Postings.code(weight, least, step));
                }
                at += Postings.BLOCK_BYTES;
            }
        }
        return codes;
    }

    private TermTable count() {
        var table = new TermTable();
        for (int row = 0; row < source.rows(); row++) {
            look(row, 0);
            if (!source.isNull(row)) {
                long at = source.address(row);
                int entries = source.bytes(row) / SparseVector.ENTRY_BYTES;
                for (int i = 0; i < entries; i++) {
                    table.add(NativeMemory.intAt(at + (long) Integer.BYTES * i));
                }
            }
        }
        return table;
    }

    private void deal(int[] terms, long[] starts, long rows, long weights) {
        long[] next = Arrays.copyOf(starts, terms.length);
        for (int row = 0; row < source.rows(); row++) {
            look(row, source.rows());
            if (source.isNull(row)) {
                continue;
            }
            long at = source.address(row);
            int entries = source.bytes(row) / SparseVector.ENTRY_BYTES;
            int term = 0;
            for (int i = 0; i < entries; i++) {
                int dimension = NativeMemory.intAt(at + (long) Integer.BYTES * i);
                term = Arrays.binarySearch(terms, term, terms.length, dimension);
                long posting = next[term]++;
                NativeMemory.putInt(rows + Integer.BYTES * posting, row);
                NativeMemory.putFloat(
                        weights + Float.BYTES * posting,
                        NativeMemory.floatAt(at + (long) Integer.BYTES * (entries + i)));
            }
        }
    }

    private static void summarize(long from, long to, int firstBlock, MemorySegment blocks, long rows, long weights) {
        int block = firstBlock;
        for (long start = from; start < to; start += Postings.BLOCK) {
            long end = Math.min(to, start + Postings.BLOCK);
            float most = Float.NEGATIVE_INFINITY;
            float least = Float.POSITIVE_INFINITY;
            for (long posting = start; posting < end; posting++) {
                float weight = NativeMemory.floatAt(weights + Float.BYTES * posting);
                most = Math.max(most, weight);
                least = Math.min(least, weight);
            }
            long at = blocks.address() + (long) Postings.BLOCK_BYTES * block++;
            NativeMemory.putInt(at, NativeMemory.intAt(rows + Integer.BYTES * start));
            NativeMemory.putInt(at + 4, NativeMemory.intAt(rows + Integer.BYTES * (end - 1)));
            NativeMemory.putFloat(at + 8, most);
            NativeMemory.putFloat(at + 12, least);
        }
    }

    /// Reports each half of the work, and stops when asked to.
    private void look(int row, int before) {
        if (row % STEP == 0) {
            if (monitor.cancelled()) {
                throw new StorageException(ErrorCode.CANCELLED, "The index build was cancelled.");
            }
            monitor.progress((long) before + row, 2L * source.rows());
        }
    }

    private MemorySegment ints(int[] values) {
        MemorySegment section = arena.allocate((long) Integer.BYTES * values.length, 64);
        for (int i = 0; i < values.length; i++) {
            NativeMemory.putInt(section.address() + (long) Integer.BYTES * i, values[i]);
        }
        return section;
    }

    private MemorySegment longs(long[] values) {
        MemorySegment section = arena.allocate((long) Long.BYTES * values.length, 64);
        for (int i = 0; i < values.length; i++) {
            NativeMemory.putLong(section.address() + (long) Long.BYTES * i, values[i]);
        }
        return section;
    }
}
