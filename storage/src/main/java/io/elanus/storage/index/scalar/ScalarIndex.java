package io.elanus.storage.index.scalar;

import io.elanus.storage.StorageException;
import io.elanus.storage.index.IndexFileReader;
import io.elanus.storage.type.ColumnType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.BatchIterator;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;

/// An open scalar index of one segment. Immutable; thread safe.
public final class ScalarIndex {
    private static final int BATCH = 256;

    private final ScalarFormat format;
    private final IndexFileReader reader;
    private final boolean array;
    private final Dictionary dictionary;
    private final @Nullable MemorySegment starts;
    private final MemorySegment rowLists;
    private final @Nullable MemorySegment places;
    private final MemorySegment nulls;

    ScalarIndex(ScalarFormat format, IndexFileReader reader, ColumnType type, int rows) {
        this.format = format;
        this.reader = reader;
        this.array = type instanceof ColumnType.Array;
        String wanted = KeyForm.of(type).map(KeyForm::text).orElse("none");
        String found = reader.parameters().getOrDefault(ScalarBuild.FORM, "");
        if (reader.rows() != rows || !found.equals(wanted)) {
            throw reader.corrupt("it was built for [%d] rows with [%s] values, the segment has [%d] with [%s]"
                    .formatted(reader.rows(), found, rows, wanted));
        }
        this.dictionary = new Dictionary(reader, KeyForm.of(type).orElseThrow());
        long values = dictionary.size() + 1L;
        this.starts = reader.hasSection(ScalarBuild.STARTS) ? reader.section(ScalarBuild.STARTS, 4 * values) : null;
        this.places = format == ScalarFormat.SORTED ? null : reader.section(ScalarBuild.ROW_STARTS, 8 * values);
        this.rowLists = places == null
                ? reader.section(ScalarBuild.ROWS, 4L * entriesBefore(dictionary.size()))
                : reader.section(ScalarBuild.ROWS);
        this.nulls = reader.section(ScalarBuild.NULLS);
    }

    public ScalarFormat format() {
        return format;
    }

    /// Does it index the items of an array? Then it says nothing of the array as a whole but whether it is NULL.
    public boolean ofItems() {
        return array;
    }

    public int rows() {
        return reader.rows();
    }

    /// Bytes of the file.
    public long bytes() {
        return reader.bytes();
    }

    /// Reads the whole file against its checksums; fails with `CORRUPT`, naming the object. Opening does not.
    public void verify() {
        reader.verify();
    }

    /// The values of a set, as places in the dictionary.
    public Span find(KeySet set) {
        int from = dictionary.from(set);
        return new Span(from, Math.max(from, dictionary.to(set)));
    }

    /// Values that stand side by side in the dictionary: from a place up to another.
    public record Span(int from, int to) {
        public Span and(Span other) {
            int start = Math.max(from, other.from);
            return new Span(start, Math.max(start, Math.min(to, other.to)));
        }
    }

    /// How many (value, row) pairs there are: the rows, unless a row of an array has several of the values.
    public long count(Span span) {
        return span.from() < span.to() ? entriesBefore(span.to()) - entriesBefore(span.from()) : 0;
    }

    public int nullCount() {
        return read(nulls, ImmutableRoaringBitmap::getCardinality);
    }

    /// Sets the bits of the rows whose value is among these.
    public void mark(Span span, long[] words) {
        if (span.from() >= span.to()) {
            return;
        }
        switch (format) {
            case SORTED -> markRun(entriesBefore(span.from()), entriesBefore(span.to()), words);
            case INVERTED -> {
                for (int value = span.from(); value < span.to(); value++) {
                    markDistances(rowsOf(value), words);
                }
            }
            case BITMAP -> {
                for (int value = span.from(); value < span.to(); value++) {
                    markBitmap(rowsOf(value), words);
                }
            }
        }
    }

    /// Sets the bits of the rows that are NULL.
    public void markNulls(long[] words) {
        markBitmap(nulls, words);
    }

    /// Entries of the values before this one.
    private long entriesBefore(int value) {
        MemorySegment known = starts;
        if (known == null) {
            return value;
        }
        int before = known.get(RowLists.INT, 4L * value);
        if (before < 0) {
            throw reader.corrupt("value [%d] starts at entry [%d]".formatted(value, before));
        }
        return before;
    }

    private MemorySegment rowsOf(int value) {
        MemorySegment known = Objects.requireNonNull(places);
        long from = known.get(RowLists.LONG, 8L * value);
        long to = known.get(RowLists.LONG, 8L * value + 8);
        if (from < 0 || to < from || to > rowLists.byteSize()) {
            throw reader.corrupt("the rows of value [%d] lie at [%d] to [%d] of [%d] bytes"
                    .formatted(value, from, to, rowLists.byteSize()));
        }
        return rowLists.asSlice(from, to - from);
    }

    private void markRun(long from, long to, long[] words) {
        if (4 * to > rowLists.byteSize()) {
            throw reader.corrupt("entry [%d] lies beyond its [%d] bytes".formatted(to, rowLists.byteSize()));
        }
        for (long i = from; i < to; i++) {
            mark(rowLists.get(RowLists.INT, 4 * i), words);
        }
    }

    private void markDistances(MemorySegment list, long[] words) {
        long end = list.byteSize();
        int row = 0;
        for (long at = 0; at < end; ) {
            int distance = 0;
            for (int shift = 0; ; shift += 7) {
                if (at == end || shift > 28) {
                    throw reader.corrupt("a list of rows does not end where it should");
                }
                byte group = list.get(ValueLayout.JAVA_BYTE, at++);
                distance |= (group & 0x7F) << shift;
                if (group >= 0) {
                    break;
                }
            }
            row += distance;
            mark(row, words);
        }
    }

    private void markBitmap(MemorySegment bytes, long[] words) {
        read(bytes, bitmap -> mark(bitmap, words));
    }

    private int mark(ImmutableRoaringBitmap bitmap, long[] words) {
        int[] batch = new int[BATCH];
        int marked = 0;
        BatchIterator rows = bitmap.getBatchIterator();
        while (rows.hasNext()) {
            int count = rows.nextBatch(batch);
            for (int i = 0; i < count; i++) {
                mark(batch[i], words);
            }
            marked += count;
        }
        return marked;
    }

    private void mark(int row, long[] words) {
        if (row < 0 || row >= reader.rows()) {
            throw reader.corrupt("it names row [%d] of [%d]".formatted(row, reader.rows()));
        }
        words[row >>> 6] |= 1L << row;
    }

    /// A bitmap is read where it lies, so spoilt bytes may show when it is opened as well as when it is walked.
    private int read(MemorySegment bytes, ToIntFunction<ImmutableRoaringBitmap> use) {
        try {
            return use.applyAsInt(
                    new ImmutableRoaringBitmap(bytes.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN)));
        } catch (StorageException e) {
            throw e;
        } catch (RuntimeException e) { // of many kinds, all of which mean that the bytes are no bitmap
            throw reader.corrupt("a bitmap in it cannot be read: " + e.getMessage());
        }
    }
}
