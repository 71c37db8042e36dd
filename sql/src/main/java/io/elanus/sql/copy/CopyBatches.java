package io.elanus.sql.copy;

import io.elanus.cluster.proxy.Mutation;
import io.elanus.cluster.proxy.TableAccess;
import io.elanus.cluster.proxy.TableAccess.RowMode;
import io.elanus.cluster.proxy.TableAccess.WriteReceipt;
import io.elanus.sql.dml.BoundGuard;
import io.elanus.sql.dml.KeyBytes;
import io.elanus.sql.exec.QueryContext;
import io.elanus.storage.segment.ArrowBatches;
import io.elanus.storage.segment.KeyReader;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.TableSchema;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Writes the batches of one COPY or ingest, each as one locked change (see the package), some of them at the same
/// time.
///
/// Batches that must fail on a known key may overtake each other: whichever of two rows with one key is written
/// first, the other is refused. Where rows replace or give way to each other, the file's order decides, and one
/// batch is under way at a time. Belongs to the run's thread.
final class CopyBatches implements RowSink {
    private static final Duration WRITE_TIMEOUT = Duration.ofMinutes(5);
    private static final int MOST_IN_FLIGHT = 3;

    private final TableAccess tables;
    private final TableSchema table;
    private final OnConflict onConflict;
    private final boolean generatesKeys;
    private final BoundGuard guard;
    private final QueryContext context;
    private final MemoryRoom room;
    private final CopyKeys keys;
    private final int key;
    private final SameRows same;
    private final Deque<Batch> inFlight = new ArrayDeque<>();
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong timestamp = new AtomicLong();

    /// @param rows off-heap, ours until the receipt is there
    private record Batch(CompletableFuture<WriteReceipt> receipt, VectorSchemaRoot rows) {}

    CopyBatches(
            TableAccess tables,
            TableSchema table,
            OnConflict onConflict,
            boolean generatesKeys,
            BoundGuard guard,
            QueryContext context,
            List<Column> given) {
        this.tables = tables;
        this.table = table;
        this.onConflict = onConflict;
        this.generatesKeys = generatesKeys;
        this.guard = guard;
        this.context = context;
        this.room = new MemoryRoom(context);
        this.keys = new CopyKeys(tables, table, context);
        this.key = table.ordinal(table.keyColumnId());
        this.same = new SameRows(table, given);
    }

    @Override
    public long written() {
        return written.get();
    }

    /// Of the last acknowledged batch.
    @Override
    public long timestamp() {
        return timestamp.get();
    }

    /// First for our own batches to be in, then for what others hold.
    @Override
    public void awaitRoom(long bytes) {
        while (!room.isFor(bytes) && !inFlight.isEmpty()) {
            awaitAtMost(inFlight.size() - 1);
        }
        room.await(bytes);
    }

    /// Begins to write the rows; waits while enough others are under way.
    @Override
    public void write(VectorSchemaRoot rows, long firstRow) {
        VectorSchemaRoot chosen = rows;
        try {
            awaitAtMost(stops() || generatesKeys ? MOST_IN_FLIGHT - 1 : 0);
            if (generatesKeys) {
                keys.generate(rows);
                guard.checkInserted(rows);
                begin(tables.append(table, rows, RowMode.NEW_KEYS, WRITE_TIMEOUT), rows);
                return;
            }
            guard.checkInserted(rows);
            SequencedMap<KeyBytes, Integer> distinct = distinct(rows, firstRow);
            if (distinct.size() < rows.getRowCount()) {
                chosen = rows(rows, distinct.values());
                rows.close();
            }
            if (onConflict == OnConflict.REPLACE && guard.isNone()) {
                begin(tables.append(table, chosen, RowMode.REPLACE, WRITE_TIMEOUT), chosen);
            } else {
                change(chosen, firstRow);
            }
        } catch (RuntimeException e) { // ours until the write has begun
            chosen.close();
            throw e;
        }
    }

    private boolean stops() {
        return onConflict == OnConflict.ERROR || onConflict == OnConflict.SAME;
    }

    private void begin(CompletableFuture<WriteReceipt> receipt, VectorSchemaRoot rows) {
        inFlight.addLast(new Batch(receipt, rows));
    }

    /// The row of each key: the last where rows replace, else the first.
    private SequencedMap<KeyBytes, Integer> distinct(VectorSchemaRoot rows, long firstRow) {
        KeyReader reader = KeyReader.of(rows.getVector(key));
        var byKey = LinkedHashMap.<KeyBytes, Integer>newLinkedHashMap(rows.getRowCount());
        for (int row = 0; row < rows.getRowCount(); row++) {
            var bytes = new KeyBytes(reader.key(row));
            if (onConflict == OnConflict.REPLACE) {
                byKey.put(bytes, row);
            } else if (byKey.putIfAbsent(bytes, row) != null && stops()) {
                throw keys.cameEarlier(firstRow + row);
            }
        }
        return byKey;
    }

    private VectorSchemaRoot rows(VectorSchemaRoot rows, Collection<Integer> ordinals) {
        int[] chosen = ordinals.stream().mapToInt(Integer::intValue).toArray();
        return ArrowBatches.gather(rows, chosen, chosen.length, context.allocator());
    }

    private void change(VectorSchemaRoot rows, long firstRow) {
        KeyReader reader = KeyReader.of(rows.getVector(key));
        var keys = new ArrayList<byte[]>(rows.getRowCount());
        for (int row = 0; row < rows.getRowCount(); row++) {
            keys.add(reader.key(row));
        }
        begin(tables.change(table, keys, existing -> decide(existing, rows, keys, firstRow), WRITE_TIMEOUT), rows);
    }

    /// On a worker, under the locks of the keys. What is returned is closed by the caller: a copy of what is ours.
    private Mutation decide(List<VectorSchemaRoot> existing, VectorSchemaRoot rows, List<byte[]> keys, long firstRow) {
        Map<KeyBytes, SameRows.At> known = known(existing);
        if (known.isEmpty()) {
            return new Mutation(shared(rows), List.of());
        }
        if (onConflict == OnConflict.REPLACE) {
            checkReplaced(existing, rows, keys, known.keySet());
            return new Mutation(shared(rows), List.of());
        }
        var missing = new ArrayList<Integer>(keys.size());
        for (int row = 0; row < keys.size(); row++) {
            if (!known.containsKey(new KeyBytes(keys.get(row)))) {
                missing.add(row);
            } else if (onConflict == OnConflict.ERROR
                    || (onConflict == OnConflict.SAME
                            && !same.equal(rows, row, known.get(new KeyBytes(keys.get(row)))))) {
                throw this.keys.isInTable(firstRow + row);
            }
        }
        return new Mutation(missing.isEmpty() ? null : rows(rows, missing), List.of());
    }

    /// Policies look at what is replaced, and at what replaces it.
    private void checkReplaced(
            List<VectorSchemaRoot> existing, VectorSchemaRoot rows, List<byte[]> keys, Set<KeyBytes> known) {
        existing.forEach(guard::checkInTheWay);
        var replacing = new ArrayList<Integer>(known.size());
        for (int row = 0; row < keys.size(); row++) {
            if (known.contains(new KeyBytes(keys.get(row)))) {
                replacing.add(row);
            }
        }
        try (VectorSchemaRoot changed = rows(rows, replacing)) {
            guard.checkUpdated(changed);
        }
    }

    /// The same buffers once more. Unlike a slice it keeps the fields, whose metadata says which column they are.
    private static VectorSchemaRoot shared(VectorSchemaRoot rows) {
        var vectors = new ArrayList<FieldVector>();
        for (FieldVector vector : rows.getFieldVectors()) {
            var pair = vector.getTransferPair(vector.getField(), vector.getAllocator());
            pair.splitAndTransfer(0, rows.getRowCount());
            vectors.add((FieldVector) pair.getTo());
        }
        return new VectorSchemaRoot(rows.getSchema().getFields(), vectors, rows.getRowCount());
    }

    private Map<KeyBytes, SameRows.At> known(List<VectorSchemaRoot> existing) {
        var known = new HashMap<KeyBytes, SameRows.At>();
        for (VectorSchemaRoot batch : existing) {
            KeyReader reader = KeyReader.of(batch.getVector(key));
            for (int row = 0; row < batch.getRowCount(); row++) {
                known.put(new KeyBytes(reader.key(row)), new SameRows.At(batch, row));
            }
        }
        return known;
    }

    @Override
    public void finish(long rows) {
        awaitAtMost(0);
    }

    private void awaitAtMost(int count) {
        while (inFlight.size() > count) {
            Batch batch = inFlight.getFirst();
            WriteReceipt receipt = context.await(batch.receipt());
            inFlight.removeFirst();
            batch.rows().close();
            acknowledge(receipt);
        }
    }

    private void acknowledge(WriteReceipt receipt) {
        timestamp.accumulateAndGet(receipt.timestamp(), Math::max);
        written.addAndGet(receipt.rowsWritten());
    }

    @Override
    public void close() {
        while (!inFlight.isEmpty()) {
            Batch batch = inFlight.removeFirst();
            WriteReceipt receipt = outcome(batch.receipt());
            batch.rows().close();
            if (receipt != null) {
                acknowledge(receipt);
            }
        }
    }

    private static @Nullable WriteReceipt outcome(CompletableFuture<WriteReceipt> receipt) {
        try {
            return receipt.join();
        } catch (CompletionException | CancellationException e) {
            // The error that brought us here is the one to report.
            return null;
        }
    }
}
