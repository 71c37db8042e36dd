package io.elanus.storage.index.inverted;

import io.elanus.storage.StorageException;
import io.elanus.storage.index.IndexFileReader;
import io.elanus.storage.kernel.NativeMemory;
import java.lang.foreign.MemorySegment;

/// The sections of an inverted file where they lie; the package has the layout. Immutable. What is read from the
/// file is checked before it becomes an address.
final class Postings {
    static final int TERMS = 1;
    static final int STARTS = 2;
    static final int BLOCK_STARTS = 3;
    static final int BLOCKS = 4;
    static final int ROWS = 5;
    static final int WEIGHTS = 6;
    static final int CODES = 7;
    /// Postings of a block; the last of a term may have fewer.
    static final int BLOCK = 128;
    static final int BLOCK_BYTES = 16;
    /// Codes of a block count up from its least weight in steps of the way to its greatest.
    private static final int STEPS = 255;
    /// Lifts the last step over the greatest weight in spite of rounding.
    private static final double ROUNDING = 1 + 1e-12;

    private final IndexFileReader reader;
    private final int terms;
    private final long postings;
    private final int blocks;
    private final long termsAt;
    private final long startsAt;
    private final long blockStartsAt;
    private final long blocksAt;
    private final long rowsAt;
    private final boolean coded;
    private final long weightsAt;

    Postings(IndexFileReader reader) {
        this.reader = reader;
        MemorySegment termIds = reader.section(TERMS);
        this.terms = (int) Math.min(Integer.MAX_VALUE - 1, termIds.byteSize() / Integer.BYTES);
        this.postings = reader.section(ROWS).byteSize() / Integer.BYTES;
        this.blocks =
                (int) Math.min(Integer.MAX_VALUE - 1, reader.section(BLOCKS).byteSize() / BLOCK_BYTES);
        this.termsAt = reader.section(TERMS, (long) Integer.BYTES * terms).address();
        this.startsAt = reader.section(STARTS, Long.BYTES * (terms + 1L)).address();
        this.blockStartsAt =
                reader.section(BLOCK_STARTS, Integer.BYTES * (terms + 1L)).address();
        this.blocksAt = reader.section(BLOCKS, (long) BLOCK_BYTES * blocks).address();
        this.rowsAt = reader.section(ROWS, Integer.BYTES * postings).address();
        this.coded = reader.hasSection(CODES);
        this.weightsAt = coded
                ? reader.section(CODES, postings).address()
                : reader.section(WEIGHTS, Float.BYTES * postings).address();
    }

    static long blocks(long postings) {
        return (postings + BLOCK - 1) / BLOCK;
    }

    long count() {
        return postings;
    }

    /// Number of the term of this dimension, or -1.
    int find(int dimension) {
        int low = 0;
        int high = terms - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int at = NativeMemory.intAt(termsAt + (long) Integer.BYTES * middle);
            if (at == dimension) {
                return middle;
            }
            if (at < dimension) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    /// First posting of a term.
    long start(int term) {
        return NativeMemory.longAt(startsAt + (long) Long.BYTES * term);
    }

    int blockStart(int term) {
        return NativeMemory.intAt(blockStartsAt + (long) Integer.BYTES * term);
    }

    /// Fails unless the term's postings and blocks lie in the file and fit each other.
    void check(int term) {
        long from = start(term);
        long to = start(term + 1);
        int block = blockStart(term);
        int blockEnd = blockStart(term + 1);
        if (from < 0 || to < from || to > postings || block < 0 || blockEnd > blocks) {
            throw damaged("term [%d] claims postings [%d] to [%d]".formatted(term, from, to));
        }
        if (blockEnd - block != blocks(to - from)) {
            throw damaged("term [%d] claims blocks [%d] to [%d]".formatted(term, block, blockEnd));
        }
    }

    int row(long posting) {
        return NativeMemory.intAt(rowsAt + Integer.BYTES * posting);
    }

    /// Are weights known by codes only?
    boolean coded() {
        return coded;
    }

    float weight(long posting) {
        return NativeMemory.floatAt(weightsAt + Float.BYTES * posting);
    }

    int code(long posting) {
        return NativeMemory.byteAt(weightsAt + posting) & 0xFF;
    }

    /// The least code whose weight is not below this one.
    static int code(float weight, float least, double step) {
        int code = step == 0 ? 0 : Math.clamp((long) Math.floor(((double) weight - least) / step), 0, STEPS);
        return code < STEPS && decode(code, least, step) < weight ? code + 1 : code;
    }

    /// A weight of this code is at most this, and at most a step less.
    static double decode(int code, double least, double step) {
        return least + step * code;
    }

    static double step(float most, float least) {
        return ((double) most - least) * ROUNDING / STEPS;
    }

    double step(int block) {
        return step(most(block), least(block));
    }

    int firstRow(int block) {
        return NativeMemory.intAt(blocksAt + (long) BLOCK_BYTES * block);
    }

    int lastRow(int block) {
        return NativeMemory.intAt(blocksAt + (long) BLOCK_BYTES * block + 4);
    }

    /// The most that a posting of the block adds to a row, for this element of the query.
    double bound(int block, float element) {
        return Math.max(0, Math.max((double) element * most(block), (double) element * least(block)));
    }

    private float most(int block) {
        return NativeMemory.floatAt(blocksAt + (long) BLOCK_BYTES * block + 8);
    }

    float least(int block) {
        return NativeMemory.floatAt(blocksAt + (long) BLOCK_BYTES * block + 12);
    }

    /// The posting of this row from `from` to before `to`, or -1.
    long find(long from, long to, int row) {
        long low = from;
        long high = to - 1;
        while (low <= high) {
            long middle = (low + high) >>> 1;
            int at = row(middle);
            if (at == row) {
                return middle;
            }
            if (at < row) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    StorageException damaged(String what) {
        return reader.corrupt(what);
    }
}
