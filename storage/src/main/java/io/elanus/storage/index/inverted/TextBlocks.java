package io.elanus.storage.index.inverted;

import io.elanus.storage.index.IndexFileReader;
import io.elanus.storage.index.IndexFileWriter;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.text.Bm25;
import io.elanus.storage.text.PostingList;
import io.elanus.storage.text.TextMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// The blocks of the lists of a full-text file: their rows, and the greatest impact of their postings by the mean
/// length of the file's own texts ([Bm25#inverses]), which [Bm25#bound] turns into the most that one adds to a
/// score. Immutable.
record TextBlocks(IndexFileReader reader, MemorySegment starts, MemorySegment blocks) {
    private static final int STARTS = 10;
    private static final int BLOCKS = 11;
    /// Postings of a block; the last of a term may have fewer.
    static final int BLOCK = 128;
    private static final int BLOCK_BYTES = 12;

    /// Are there blocks in this file? Not before version 2.
    static boolean in(IndexFileReader reader) {
        return reader.hasSection(BLOCKS);
    }

    static TextBlocks of(IndexFileReader reader, int terms) {
        return new TextBlocks(reader, reader.section(STARTS, Integer.BYTES * (terms + 1L)), reader.section(BLOCKS));
    }

    int start(int term) {
        return NativeMemory.intAt(starts.address() + (long) Integer.BYTES * term);
    }

    /// Fails unless the blocks of a term of so many postings lie in the file.
    void check(int term, int postings) {
        int from = start(term);
        int to = start(term + 1);
        boolean inside = from >= 0 && to >= from && to <= blocks.byteSize() / BLOCK_BYTES;
        if (!inside || to - from != blocks(postings)) {
            throw reader.corrupt("term [%d] claims blocks [%d] to [%d]".formatted(term, from, to));
        }
    }

    int firstRow(int block) {
        return NativeMemory.intAt(at(block));
    }

    int lastRow(int block) {
        return NativeMemory.intAt(at(block) + Integer.BYTES);
    }

    float impact(int block) {
        return NativeMemory.floatAt(at(block) + 2 * Integer.BYTES);
    }

    private long at(int block) {
        return blocks.address() + (long) BLOCK_BYTES * block;
    }

    private static int blocks(int postings) {
        return (postings + BLOCK - 1) / BLOCK;
    }

    /// Adds the sections for these lists; their memory is the arena's.
    static void write(TextMemory lists, List<String> terms, IndexFileWriter writer, Arena arena) {
        MemorySegment starts = arena.allocate(Integer.BYTES * (terms.size() + 1L), 64);
        int count = 0;
        for (int term = 0; term < terms.size(); term++) {
            count = Math.addExact(count, blocks(lists.find(terms.get(term)).count()));
            NativeMemory.putInt(starts.address() + Integer.BYTES * (term + 1L), count);
        }
        MemorySegment blocks = arena.allocate((long) BLOCK_BYTES * count, 64);
        float[] inverses = Bm25.inverses(lists.tokens(), lists.documents());
        long at = blocks.address();
        for (String term : terms) {
            PostingList list = lists.find(term);
            for (int from = 0; from < list.count(); from += BLOCK) {
                int to = Math.min(list.count(), from + BLOCK);
                float impact = 0;
                for (int i = from; i < to; i++) {
                    impact = Math.max(impact, list.frequency(i) * inverses[lists.norm(list.row(i)) & 0xFF]);
                }
                NativeMemory.putInt(at, list.row(from));
                NativeMemory.putInt(at + Integer.BYTES, list.row(to - 1));
                NativeMemory.putFloat(at + 2 * Integer.BYTES, impact);
                at += BLOCK_BYTES;
            }
        }
        writer.section(STARTS, starts).section(BLOCKS, blocks);
    }
}
