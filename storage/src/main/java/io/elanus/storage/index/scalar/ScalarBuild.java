package io.elanus.storage.index.scalar;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.index.IndexFileWriter;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.index.VectorIndexFormat.BuiltIndex;
import io.elanus.storage.type.ColumnType;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.roaringbitmap.RoaringBitmap;

/// One build: collects (value, row) entries, sorts them, and writes dictionary and rows.
final class ScalarBuild {
    static final int KEYS = 1;
    static final int KEY_BYTES = 2;
    static final int STARTS = 3;
    static final int ROWS = 4;
    static final int ROW_STARTS = 5;
    static final int NULLS = 6;
    /// Name of the header's parameter with the form of the keys.
    static final String FORM = "keys";

    private final ScalarFormat format;
    private final ScalarSource source;
    private final KeyForm form;
    private final BuildMonitor monitor;

    ScalarBuild(ScalarFormat format, ScalarSource source, BuildMonitor monitor) {
        this.format = format;
        this.source = source;
        this.form = KeyForm.of(source.type()).orElseThrow();
        this.monitor = monitor;
    }

    BuiltIndex run() {
        Arena arena = monitor.newContent();
        List<VectorSchemaRoot> chunks = new ArrayList<>();
        try (Arena scratch = monitor.newScratch()) {
            Entries entries = form.numbers() ? new NumberEntries(form) : new ByteEntries(form, scratch);
            RoaringBitmap nulls = collect(entries, chunks);
            entries.sort();
            entries.removeRepeats();
            checkCancelled();
            var file =
                    new IndexFileWriter(format.sql(), Map.of(FORM, form.text()), ScalarFormat.VERSION, source.rows());
            write(entries, file, arena);
            file.section(NULLS, RowLists.bytes(nulls, arena));
            monitor.progress(source.rows(), source.rows());
            return file.finish(arena);
        } catch (RuntimeException | Error e) { // memory may run out: what was taken is freed all the same
            arena.close();
            throw e;
        } finally {
            chunks.forEach(VectorSchemaRoot::close);
        }
    }

    /// Returns the rows that are NULL.
    private RoaringBitmap collect(Entries entries, List<VectorSchemaRoot> chunks) {
        var nulls = new RoaringBitmap();
        boolean array = source.type() instanceof ColumnType.Array;
        for (int i = 0; i < source.chunks(); i++) {
            checkCancelled();
            VectorSchemaRoot chunk = source.chunk(i);
            chunks.add(chunk);
            if (array) {
                ColumnEntries.addItems(chunk.getVector(0), source.firstRow(i), chunk.getRowCount(), entries, nulls);
            } else {
                ColumnEntries.addValues(chunk.getVector(0), source.firstRow(i), chunk.getRowCount(), entries, nulls);
            }
            monitor.progress(source.firstRow(i) / 2L, source.rows());
        }
        return nulls;
    }

    private void checkCancelled() {
        if (monitor.cancelled()) {
            throw new StorageException(ErrorCode.CANCELLED, "The index build was cancelled.");
        }
    }

    /// The distinct values, and the rows of each.
    private void write(Entries entries, IndexFileWriter file, Arena arena) {
        int[] starts = starts(entries);
        int values = starts.length - 1;
        entries.writeKeys(starts, file, arena);
        int total = starts[values];
        if (total != values) {
            file.section(STARTS, RowLists.ints(starts, starts.length, arena));
        }
        switch (format) {
            case SORTED -> file.section(ROWS, RowLists.ints(entries.rows(), total, arena));
            case INVERTED -> RowLists.writeDistances(entries.rows(), starts, file, arena);
            case BITMAP -> RowLists.writeBitmaps(entries.rows(), starts, file, arena);
        }
    }

    /// Where the entries of each value start, with the end of the last.
    private static int[] starts(Entries entries) {
        int[] starts = new int[16];
        int values = 0;
        for (int i = 0; i < entries.size(); i++) {
            if (i == 0 || !entries.same(i - 1, i)) {
                if (values + 1 >= starts.length) {
                    starts = Arrays.copyOf(starts, 2 * starts.length);
                }
                starts[values++] = i;
            }
        }
        starts[values] = entries.size();
        return Arrays.copyOf(starts, values + 1);
    }
}
