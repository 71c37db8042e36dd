package io.elanus.storage.index.inverted;

import io.elanus.storage.StorageException;
import io.elanus.storage.index.IndexFileReader;
import io.elanus.storage.index.IndexFileWriter;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.text.PostingList;
import io.elanus.storage.text.TextMemory;
import io.elanus.storage.text.TextPostings;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The sections of a full-text file where they lie; the package has the layout. Immutable, any thread. Everything
/// that is read is checked before it is used.
public final class FulltextFile implements TextPostings {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(NativeMemory.ORDER);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(NativeMemory.ORDER);
    private static final int TERM_STARTS = 1;
    private static final int TERM_BYTES = 2;
    private static final int STARTS = 3;
    private static final int POSITION_STARTS = 4;
    private static final int ROWS = 5;
    private static final int POSITION_ENDS = 6;
    private static final int POSITIONS = 7;
    private static final int NORMS = 8;
    private static final int TOTALS = 9;

    private final IndexFileReader reader;
    private final int terms;
    private final MemorySegment termStarts;
    private final MemorySegment termBytes;
    private final MemorySegment starts;
    private final MemorySegment positionStarts;
    private final MemorySegment rows;
    private final MemorySegment positionEnds;
    private final MemorySegment positions;
    private final MemorySegment norms;
    private final MemorySegment totals;
    private final @Nullable TextBlocks blocks;

    FulltextFile(IndexFileReader reader) {
        this.reader = reader;
        this.termStarts = reader.section(TERM_STARTS);
        this.terms = Math.clamp(termStarts.byteSize() / Long.BYTES - 1, 0, Integer.MAX_VALUE - 1);
        this.termBytes = reader.section(TERM_BYTES);
        this.starts = reader.section(STARTS, Long.BYTES * (terms + 1L));
        this.positionStarts = reader.section(POSITION_STARTS, Long.BYTES * (terms + 1L));
        this.rows = reader.section(ROWS);
        this.positionEnds = reader.section(POSITION_ENDS, rows.byteSize());
        this.positions = reader.section(POSITIONS);
        this.norms = reader.section(NORMS, reader.rows());
        this.totals = reader.section(TOTALS, 2L * Long.BYTES);
        this.blocks = TextBlocks.in(reader) ? TextBlocks.of(reader, terms) : null;
    }

    @Override
    public long documents() {
        return NativeMemory.longAt(totals.address());
    }

    @Override
    public long tokens() {
        return NativeMemory.longAt(totals.address() + Long.BYTES);
    }

    @Override
    public byte norm(int row) {
        return norms.get(ValueLayout.JAVA_BYTE, row);
    }

    /// As [#norm], of a row that the file has.
    byte uncheckedNorm(int row) {
        return NativeMemory.byteAt(norms.address() + row);
    }

    /// Null for a file of version 1.
    @Nullable
    TextBlocks blocks() {
        return blocks;
    }

    @Override
    public PostingList find(String term) {
        int number = number(term);
        return number < 0 ? none() : list(number);
    }

    /// The list of a term that no text has.
    Stored none() {
        return new Stored(0, 0, 0, 0);
    }

    StorageException damaged(String what) {
        return reader.corrupt(what);
    }

    /// Number of a term, or -1.
    int number(String term) {
        byte[] wanted = term.getBytes(StandardCharsets.UTF_8);
        int low = 0;
        int high = terms - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Arrays.compareUnsigned(bytes(middle), wanted);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    private byte[] bytes(int term) {
        long from = longAt(termStarts, term);
        long to = longAt(termStarts, term + 1);
        if (from < 0 || to < from || to > termBytes.byteSize() || to - from > Short.MAX_VALUE) {
            throw reader.corrupt("term [%d] claims bytes [%d] to [%d]".formatted(term, from, to));
        }
        return termBytes.asSlice(from, to - from).toArray(ValueLayout.JAVA_BYTE);
    }

    Stored list(int term) {
        long from = longAt(starts, term);
        long to = longAt(starts, term + 1);
        long positionsFrom = longAt(positionStarts, term);
        long positionsTo = longAt(positionStarts, term + 1);
        boolean inside = from >= 0 && to >= from && to <= rows.byteSize() / Integer.BYTES && to - from <= reader.rows();
        boolean positionsInside = positionsFrom >= 0
                && positionsTo >= positionsFrom
                && positionsTo <= positions.byteSize() / Integer.BYTES
                && positionsTo - positionsFrom <= Integer.MAX_VALUE;
        if (!inside || !positionsInside) {
            throw reader.corrupt("term [%d] claims postings [%d] to [%d]".formatted(term, from, to));
        }
        return new Stored((int) (to - from), from, positionsFrom, (int) (positionsTo - positionsFrom));
    }

    private static long longAt(MemorySegment section, int index) {
        return NativeMemory.longAt(section.address() + (long) Long.BYTES * index);
    }

    /// The rows of a term where they lie.
    final class Stored implements PostingList {
        private final int count;
        private final long firstRow;
        private final long firstEnd;
        private final long firstPosition;
        private final int positionCount;

        Stored(int count, long from, long positionsFrom, int positionCount) {
            this.count = count;
            this.firstRow = rows.address() + Integer.BYTES * from;
            this.firstEnd = positionEnds.address() + Integer.BYTES * from;
            this.firstPosition = positions.address() + Integer.BYTES * positionsFrom;
            this.positionCount = positionCount;
        }

        @Override
        public int count() {
            return count;
        }

        @Override
        public int row(int i) {
            int row = NativeMemory.intAt(firstRow + (long) Integer.BYTES * i);
            if (row < 0 || row >= reader.rows()) {
                throw reader.corrupt("a posting names row [%d] of [%d]".formatted(row, reader.rows()));
            }
            return row;
        }

        @Override
        public int frequency(int i) {
            return end(i) - start(i);
        }

        @Override
        public int position(int i, int j) {
            return NativeMemory.intAt(firstPosition + (long) Integer.BYTES * (start(i) + j));
        }

        /// As [#row], of a file that may be damaged.
        int uncheckedRow(int i) {
            return NativeMemory.intAt(firstRow + (long) Integer.BYTES * i);
        }

        /// Where the positions of the i-th row end, of a file that may be damaged.
        int uncheckedEnd(int i) {
            return NativeMemory.intAt(firstEnd + (long) Integer.BYTES * i);
        }

        private int start(int i) {
            return i == 0 ? 0 : end(i - 1);
        }

        private int end(int i) {
            int end = NativeMemory.intAt(firstEnd + (long) Integer.BYTES * i);
            if (end < 0 || end > positionCount) {
                throw reader.corrupt("a posting claims positions up to [%d] of [%d]".formatted(end, positionCount));
            }
            return end;
        }
    }

    /// Adds the sections for these lists; their memory is the arena's.
    static void write(TextMemory lists, IndexFileWriter writer, Arena arena) {
        List<String> terms = lists.terms();
        int count = terms.size();
        MemorySegment termStarts = arena.allocate(Long.BYTES * (count + 1L), 64);
        MemorySegment starts = arena.allocate(Long.BYTES * (count + 1L), 64);
        MemorySegment positionStarts = arena.allocate(Long.BYTES * (count + 1L), 64);
        long bytes = 0;
        long postings = 0;
        long positions = 0;
        for (int term = 0; term < count; term++) {
            PostingList list = lists.find(terms.get(term));
            bytes += terms.get(term).getBytes(StandardCharsets.UTF_8).length;
            postings += list.count();
            for (int i = 0; i < list.count(); i++) {
                positions += list.frequency(i);
            }
            termStarts.setAtIndex(LONG, term + 1L, bytes);
            starts.setAtIndex(LONG, term + 1L, postings);
            positionStarts.setAtIndex(LONG, term + 1L, positions);
        }
        MemorySegment termBytes = arena.allocate(bytes, 64);
        MemorySegment rows = arena.allocate(Integer.BYTES * postings, 64);
        MemorySegment ends = arena.allocate(Integer.BYTES * postings, 64);
        MemorySegment places = arena.allocate(Integer.BYTES * positions, 64);
        for (int term = 0; term < count; term++) {
            byte[] utf8 = terms.get(term).getBytes(StandardCharsets.UTF_8);
            MemorySegment.copy(utf8, 0, termBytes, ValueLayout.JAVA_BYTE, longAt(termStarts, term), utf8.length);
            write(
                    lists.find(terms.get(term)),
                    rows.asSlice(Integer.BYTES * longAt(starts, term)),
                    ends.asSlice(Integer.BYTES * longAt(starts, term)),
                    places.asSlice(Integer.BYTES * longAt(positionStarts, term)));
        }
        MemorySegment norms = arena.allocate(lists.rows(), 64);
        for (int row = 0; row < lists.rows(); row++) {
            norms.set(ValueLayout.JAVA_BYTE, row, lists.norm(row));
        }
        MemorySegment totals = arena.allocate(2L * Long.BYTES, 64);
        totals.setAtIndex(LONG, 0, lists.documents());
        totals.setAtIndex(LONG, 1, lists.tokens());
        writer.section(TERM_STARTS, termStarts)
                .section(TERM_BYTES, termBytes)
                .section(STARTS, starts)
                .section(POSITION_STARTS, positionStarts)
                .section(ROWS, rows)
                .section(POSITION_ENDS, ends)
                .section(POSITIONS, places)
                .section(NORMS, norms)
                .section(TOTALS, totals);
        TextBlocks.write(lists, terms, writer, arena);
    }

    private static void write(PostingList list, MemorySegment rows, MemorySegment ends, MemorySegment places) {
        int end = 0;
        for (int i = 0; i < list.count(); i++) {
            rows.setAtIndex(INT, i, list.row(i));
            for (int j = 0; j < list.frequency(i); j++) {
                places.setAtIndex(INT, end++, list.position(i, j));
            }
            ends.setAtIndex(INT, i, end);
        }
    }
}
