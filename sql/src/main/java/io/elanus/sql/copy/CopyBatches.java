package io.elanus.sql.copy;

import io.elanus.cluster.proxy.Mutation;
import io.elanus.cluster.proxy.TableAccess;
import io.elanus.cluster.proxy.TableAccess.RowMode;
import io.elanus.cluster.proxy.TableAccess.WriteReceipt;
import io.elanus.proto.grpc.Literal;
import io.elanus.sql.dml.KeyBytes;
import io.elanus.sql.dml.TableRows;
import io.elanus.sql.dml.TableWriter;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.QueryContext;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.TableSchema;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Writes the batches of one COPY, each as one locked change (see the package), some of them at the same time.
///
/// Batches that must fail on a known key may overtake each other: whichever of two rows with one key is written
/// first, the other is refused. Where rows replace or give way to each other, the file's order decides, and one
/// batch is under way at a time. Belongs to the run's thread.
final class CopyBatches implements AutoCloseable {
    private static final Duration WRITE_TIMEOUT = Duration.ofMinutes(5);
    private static final int MOST_IN_FLIGHT = 3;

    private final TableAccess tables;
    private final TableSchema table;
    private final OnConflict onConflict;
    private final boolean generatesKeys;
    private final QueryContext context;
    private final int key;
    private final Deque<Batch> inFlight = new ArrayDeque<>();
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong timestamp = new AtomicLong();

    /// @param rows off-heap, ours until the receipt is there
    private record Batch(CompletableFuture<WriteReceipt> receipt, VectorSchemaRoot rows) {}

    CopyBatches(
            TableAccess tables, TableSchema table, OnConflict onConflict, boolean generatesKeys, QueryContext context) {
        this.tables = tables;
        this.table = table;
        this.onConflict = onConflict;
        this.generatesKeys = generatesKeys;
        this.context = context;
        this.key = table.ordinal(table.keyColumnId());
    }

    /// Rows that are certainly in.
    long written() {
        return written.get();
    }

    /// Timestamp of the last acknowledged batch.
    long timestamp() {
        return timestamp.get();
    }

    /// Begins to write rows; waits while enough others are under way.
    ///
    /// @param firstRow number of the first of them in the file
    void write(List<Literal[]> rows, long firstRow) {
        awaitAtMost(onConflict == OnConflict.ERROR || generatesKeys ? MOST_IN_FLIGHT - 1 : 0);
        if (generatesKeys) {
            giveKeys(rows);
            append(rows, RowMode.NEW_KEYS);
            return;
        }
        SequencedMap<KeyBytes, Literal[]> distinct = distinct(rows, firstRow);
        List<Literal[]> chosen = distinct.size() == rows.size() ? rows : List.copyOf(distinct.values());
        if (onConflict == OnConflict.REPLACE) {
            append(chosen, RowMode.REPLACE);
        } else {
            change(chosen, distinct, firstRow);
        }
    }

    private void giveKeys(List<Literal[]> rows) {
        if (table.keyColumn().type() == ColumnType.Simple.UUID) {
            return;
        }
        long first = TableWriter.await(tables.allocateIds(rows.size()), context);
        for (Literal[] row : rows) {
            row[key] = Literal.newBuilder().setInt64(first++).build();
        }
    }

    /// One row per key: the last where rows replace, else the first.
    private SequencedMap<KeyBytes, Literal[]> distinct(List<Literal[]> rows, long firstRow) {
        ColumnType type = table.keyColumn().type();
        var byKey = LinkedHashMap.<KeyBytes, Literal[]>newLinkedHashMap(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            KeyBytes bytes = KeyBytes.of(rows.get(i)[key], type);
            if (onConflict == OnConflict.REPLACE) {
                byKey.put(bytes, rows.get(i));
            } else if (byKey.putIfAbsent(bytes, rows.get(i)) != null && onConflict == OnConflict.ERROR) {
                throw keyExists(firstRow + i, "came earlier in the file");
            }
        }
        return byKey;
    }

    private QueryException keyExists(long row, String how) {
        return new QueryException(
                ErrorCode.UNIQUE_VIOLATION,
                "The value of key column [%s] in row [%d] %s."
                        .formatted(table.keyColumn().name(), row, how),
                "WITH (on_conflict ignore) leaves such rows out, WITH (on_conflict replace) lets them replace.");
    }

    private void append(List<Literal[]> rows, RowMode mode) {
        VectorSchemaRoot batch = TableRows.toBatch(table, rows, context.allocator());
        inFlight.addLast(new Batch(tables.append(table, batch, mode, WRITE_TIMEOUT), batch));
    }

    private void change(List<Literal[]> rows, SequencedMap<KeyBytes, Literal[]> byKey, long firstRow) {
        VectorSchemaRoot batch = TableRows.toBatch(table, rows, context.allocator());
        List<byte[]> keys = byKey.keySet().stream().map(KeyBytes::bytes).toList();
        var receipt =
                tables.change(table, keys, existing -> decide(existing, batch, rows, byKey, firstRow), WRITE_TIMEOUT);
        inFlight.addLast(new Batch(receipt, batch));
    }

    /// On a worker, under the locks of the keys.
    private Mutation decide(
            List<VectorSchemaRoot> existing,
            VectorSchemaRoot batch,
            List<Literal[]> rows,
            SequencedMap<KeyBytes, Literal[]> byKey,
            long firstRow) {
        Set<KeyBytes> known = keys(existing);
        if (known.isEmpty()) {
            return new Mutation(batch, List.of());
        }
        if (onConflict == OnConflict.ERROR) {
            long row = firstRow;
            for (KeyBytes candidate : byKey.keySet()) {
                if (known.contains(candidate)) {
                    throw keyExists(row, "exists already in table [%s]".formatted(table.name()));
                }
                row++;
            }
        }
        var missing = new ArrayList<Literal[]>(rows.size());
        byKey.forEach((candidate, row) -> {
            if (!known.contains(candidate)) {
                missing.add(row);
            }
        });
        return new Mutation(
                missing.isEmpty() ? null : TableRows.toBatch(table, missing, context.allocator()), List.of());
    }

    private Set<KeyBytes> keys(List<VectorSchemaRoot> existing) {
        var keys = new HashSet<KeyBytes>();
        ColumnType type = table.keyColumn().type();
        for (VectorSchemaRoot batch : existing) {
            FieldVector vector = batch.getVector(key);
            for (int row = 0; row < batch.getRowCount(); row++) {
                keys.add(KeyBytes.of(Literals.read(vector, row, type), type));
            }
        }
        return keys;
    }

    /// Waits until every batch is in.
    void finish() {
        awaitAtMost(0);
    }

    private void awaitAtMost(int count) {
        while (inFlight.size() > count) {
            Batch batch = inFlight.getFirst();
            WriteReceipt receipt = TableWriter.await(batch.receipt(), context);
            inFlight.removeFirst();
            batch.rows().close();
            acknowledge(receipt);
        }
    }

    private void acknowledge(WriteReceipt receipt) {
        timestamp.accumulateAndGet(receipt.timestamp(), Math::max);
        written.addAndGet(receipt.rowsWritten());
    }

    /// Lets the batches under way end, whichever way, and frees them.
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
