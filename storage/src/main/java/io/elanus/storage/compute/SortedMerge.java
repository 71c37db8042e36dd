package io.elanus.storage.compute;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// Merges streams that are sorted by the keys into one. Of equal rows the one of the earlier stream comes first.
/// Owns the batches it pulls, not the streams.
public final class SortedMerge implements AutoCloseable {
    private final List<Cursor> cursors = new ArrayList<>();
    private final RowKeys keys;
    private final BufferAllocator allocator;
    private final RowAppender out;

    /// @param streams give their next batch, owned by the taker, or null at the end
    public SortedMerge(
            Schema schema,
            List<SortKey> keys,
            List<? extends Supplier<@Nullable VectorSchemaRoot>> streams,
            BufferAllocator allocator) {
        this.keys = new RowKeys(keys);
        this.allocator = allocator;
        this.out = new RowAppender(schema, allocator);
        streams.forEach(stream -> cursors.add(new Cursor(stream)));
    }

    /// One stream: its batch, its keys, its place.
    private final class Cursor {
        private final Supplier<@Nullable VectorSchemaRoot> stream;
        private @Nullable VectorSchemaRoot batch;
        private KeyBytes encoded = new KeyBytes();
        private int at;
        private boolean ended;

        Cursor(Supplier<@Nullable VectorSchemaRoot> stream) {
            this.stream = stream;
        }

        /// Makes the current row readable; false at the end.
        boolean ready() {
            while (!ended && (batch == null || at == batch.getRowCount())) {
                close();
                VectorSchemaRoot pulled = stream.get();
                batch = pulled;
                at = 0;
                if (pulled == null) {
                    ended = true;
                } else {
                    try (VectorSchemaRoot columns = keys.project(pulled, null, 0, allocator)) {
                        encoded = new KeyBytes();
                        keys.encode(columns.getFieldVectors(), Selections.all(pulled.getRowCount()), encoded);
                    }
                }
            }
            return !ended;
        }

        void close() {
            if (batch != null) {
                batch.close();
                batch = null;
            }
        }
    }

    /// The next rows, owned by the caller; null at the end.
    public @Nullable VectorSchemaRoot next(int maxRows) {
        int[] chosen = new int[maxRows];
        while (out.rows() < maxRows) {
            Cursor first = first();
            if (first == null) {
                break;
            }
            int count = 0;
            Cursor rival = secondTo(first);
            VectorSchemaRoot batch = first.batch;
            if (batch == null) {
                throw new IllegalStateException("A ready stream has no batch");
            }
            do {
                chosen[count++] = first.at++;
            } while (out.rows() + count < maxRows
                    && first.at < batch.getRowCount()
                    && (rival == null || before(first, rival)));
            out.append(batch, chosen, 0, count);
        }
        return out.rows() == 0 ? null : out.take();
    }

    /// The stream with the least row. There are as many streams as shards: few.
    private @Nullable Cursor first() {
        Cursor best = null;
        for (Cursor cursor : cursors) {
            if (cursor.ready() && (best == null || before(cursor, best))) {
                best = cursor;
            }
        }
        return best;
    }

    private @Nullable Cursor secondTo(Cursor first) {
        Cursor best = null;
        for (Cursor cursor : cursors) {
            if (cursor != first && cursor.ready() && (best == null || before(cursor, best))) {
                best = cursor;
            }
        }
        return best;
    }

    private boolean before(Cursor a, Cursor b) {
        int order = KeyBytes.compare(a.encoded, a.at, b.encoded, b.at);
        return order != 0 ? order < 0 : cursors.indexOf(a) < cursors.indexOf(b);
    }

    @Override
    public void close() {
        cursors.forEach(Cursor::close);
        out.close();
    }
}
