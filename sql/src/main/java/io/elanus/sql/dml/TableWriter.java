package io.elanus.sql.dml;

import io.elanus.cluster.proxy.Mutation;
import io.elanus.cluster.proxy.TableAccess;
import io.elanus.cluster.proxy.TableAccess.RowMode;
import io.elanus.cluster.proxy.TableAccess.WriteReceipt;
import io.elanus.proto.grpc.Literal;
import io.elanus.sql.error.QueryErrors;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.QueryContext;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Evaluator;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.TableSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Writes checked rows of one table. Batches that are larger than a write should be are written one after the
/// other.
public final class TableWriter {
    static final int ROWS_PER_WRITE = 10_000;
    private static final long BYTES_PER_WRITE = 16L << 20;
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final long POLL_MILLIS = 50;

    private final TableAccess tables;
    private final TableSchema table;
    private final QueryContext context;
    private final int keyOrdinal;
    private long timestamp;

    public TableWriter(TableAccess tables, TableSchema table, QueryContext context) {
        this.tables = tables;
        this.table = table;
        this.context = context;
        this.keyOrdinal = table.ordinal(table.keyColumnId());
    }

    /// The latest write's timestamp; 0 before the first.
    public long timestamp() {
        return timestamp;
    }

    KeyBytes key(Literal[] row) {
        return KeyBytes.of(row[keyOrdinal], table.keyColumn().type());
    }

    /// Fills generated keys that were left out; `null` marks them.
    void generateKeys(List<Literal[]> rows) {
        var missing = rows.stream().filter(row -> row[keyOrdinal].hasNull()).toList();
        if (missing.isEmpty() || !table.keyColumn().generated()) {
            return;
        }
        long first = await(tables.allocateIds(missing.size()));
        for (Literal[] row : missing) {
            row[keyOrdinal] = Literal.newBuilder().setInt64(first++).build();
        }
    }

    /// Appends rows with keys that nobody can have.
    public long appendNew(List<Literal[]> rows) {
        return append(rows, RowMode.NEW_KEYS);
    }

    /// Later rows of one statement replace earlier ones with the same key.
    public long upsert(List<Literal[]> rows) {
        var byKey = new LinkedHashMap<KeyBytes, Literal[]>();
        rows.forEach(row -> byKey.put(key(row), row));
        append(new ArrayList<>(byKey.values()), RowMode.REPLACE);
        return rows.size();
    }

    private long append(List<Literal[]> rows, RowMode mode) {
        long written = 0;
        for (List<Literal[]> part : parts(rows)) {
            try (VectorSchemaRoot batch = TableRows.toBatch(table, part, context.allocator())) {
                WriteReceipt receipt = await(tables.append(table, batch, mode, timeout()));
                timestamp = Math.max(timestamp, receipt.timestamp());
            }
            written += part.size();
        }
        return written;
    }

    private static List<List<Literal[]>> parts(List<Literal[]> rows) {
        var parts = new ArrayList<List<Literal[]>>();
        int from = 0;
        long bytes = 0;
        for (int i = 0; i < rows.size(); i++) {
            for (Literal value : rows.get(i)) {
                bytes += value.getSerializedSize();
            }
            if (i + 1 - from >= ROWS_PER_WRITE || bytes >= BYTES_PER_WRITE) {
                parts.add(rows.subList(from, i + 1));
                from = i + 1;
                bytes = 0;
            }
        }
        if (from < rows.size()) {
            parts.add(rows.subList(from, rows.size()));
        }
        return parts;
    }

    /// INSERT: a key that exists fails the statement.
    public long insert(List<Literal[]> rows) {
        distinctKeys(rows);
        long written = 0;
        for (List<Literal[]> part : parts(rows)) {
            written += change(part, existing -> {
                if (!existing.isEmpty()) {
                    throw keyExists();
                }
                return part;
            });
        }
        return written;
    }

    private void distinctKeys(List<Literal[]> rows) {
        Set<KeyBytes> keys = HashSet.newHashSet(rows.size());
        for (Literal[] row : rows) {
            if (!keys.add(key(row))) {
                throw new QueryException(
                        ErrorCode.UNIQUE_VIOLATION,
                        "The statement has two rows with one value of key column [%s]."
                                .formatted(table.keyColumn().name()),
                        "Send each key once, or use UPSERT: its last row wins.");
            }
        }
    }

    private QueryException keyExists() {
        return new QueryException(
                ErrorCode.UNIQUE_VIOLATION,
                "A row with this value of key column [%s] exists already in table [%s]."
                        .formatted(table.keyColumn().name(), table.name()),
                "Use UPSERT, or ON CONFLICT DO NOTHING or DO UPDATE.");
    }

    /// ON CONFLICT DO NOTHING: rows whose keys exist are left out; of several with one key the first stays.
    public long insertMissing(List<Literal[]> rows) {
        var first = new LinkedHashMap<KeyBytes, Literal[]>();
        rows.forEach(row -> first.putIfAbsent(key(row), row));
        long written = 0;
        for (List<Literal[]> part : parts(new ArrayList<>(first.values()))) {
            written += change(
                    part,
                    existing -> part.stream()
                            .filter(row -> !existing.containsKey(key(row)))
                            .toList());
        }
        return written;
    }

    /// ON CONFLICT DO UPDATE.
    public long insertOrUpdate(List<Literal[]> rows, Assignments assignments) {
        distinctKeys(rows);
        long written = 0;
        for (List<Literal[]> part : parts(rows)) {
            written += change(part, existing -> {
                var result = new ArrayList<Literal[]>();
                var old = new ArrayList<Literal[]>();
                var excluded = new ArrayList<Literal[]>();
                for (Literal[] row : part) {
                    Literal[] found = existing.get(key(row));
                    if (found == null) {
                        result.add(row);
                    } else {
                        old.add(found);
                        excluded.add(row);
                    }
                }
                result.addAll(updated(old, excluded, assignments));
                return result;
            });
        }
        return written;
    }

    /// New values for columns of existing rows.
    ///
    /// @param columns ordinals of the assigned columns
    /// @param values over the row's columns, then those of the excluded row where there is one
    /// @param where rows for which it is not TRUE stay as they are
    public record Assignments(List<Integer> columns, List<Expr> values, Optional<Expr> where, ColumnRules rules) {
        public Assignments {
            columns = List.copyOf(columns);
            values = List.copyOf(values);
        }
    }

    @FunctionalInterface
    private interface Decision {
        List<Literal[]> rows(Map<KeyBytes, Literal[]> existing);
    }

    private long change(List<Literal[]> rows, Decision decision) {
        List<byte[]> keys = rows.stream().map(row -> key(row).bytes()).toList();
        return change(keys, existing -> {
            List<Literal[]> result = decision.rows(existing);
            return new Mutation(
                    result.isEmpty() ? null : TableRows.toBatch(table, result, context.allocator()), List.of());
        });
    }

    private interface Change {
        Mutation decide(Map<KeyBytes, Literal[]> existing);
    }

    private long change(List<byte[]> keys, Change change) {
        if (keys.isEmpty()) {
            return 0;
        }
        var affected = new long[1];
        WriteReceipt receipt = await(tables.change(
                table,
                keys,
                batches -> {
                    Map<KeyBytes, Literal[]> existing = new HashMap<>();
                    TableRows.fromBatches(table, batches).forEach(row -> existing.put(key(row), row));
                    Mutation mutation = change.decide(existing);
                    VectorSchemaRoot written = mutation.rows();
                    affected[0] = (written == null ? 0 : written.getRowCount())
                            + mutation.deletes().size();
                    return mutation;
                },
                timeout()));
        timestamp = Math.max(timestamp, receipt.timestamp());
        return affected[0];
    }

    /// UPDATE of the rows with these keys; the condition is looked at again under the locks.
    public long update(List<byte[]> keys, Assignments assignments) {
        return change(keys, existing -> {
            List<Literal[]> rows = updated(new ArrayList<>(existing.values()), List.of(), assignments);
            return new Mutation(rows.isEmpty() ? null : TableRows.toBatch(table, rows, context.allocator()), List.of());
        });
    }

    /// DELETE of the rows with these keys, if the condition still holds for them.
    public long delete(List<byte[]> keys, Optional<Expr> where) {
        return change(keys, existing -> {
            var rows = new ArrayList<>(existing.values());
            boolean[] chosen = chosen(rows, List.of(), where);
            var deletes = new ArrayList<byte[]>();
            for (int i = 0; i < chosen.length; i++) {
                if (chosen[i]) {
                    deletes.add(key(rows.get(i)).bytes());
                }
            }
            return new Mutation(null, deletes);
        });
    }

    private List<Literal[]> updated(List<Literal[]> old, List<Literal[]> excluded, Assignments assignments) {
        boolean[] chosen = chosen(old, excluded, assignments.where());
        var rows = new ArrayList<Literal[]>();
        old.forEach(row -> rows.add(row.clone()));
        if (!old.isEmpty()) {
            try (VectorSchemaRoot batch = combined(old, excluded)) {
                for (int i = 0; i < assignments.columns().size(); i++) {
                    assign(batch, rows, chosen, assignments, i);
                }
            }
        }
        var result = new ArrayList<Literal[]>();
        for (int r = 0; r < chosen.length; r++) {
            if (chosen[r]) {
                result.add(rows.get(r));
            }
        }
        return result;
    }

    private void assign(
            VectorSchemaRoot batch, List<Literal[]> rows, boolean[] chosen, Assignments assignments, int i) {
        int ordinal = assignments.columns().get(i);
        Column column = table.columns().get(ordinal);
        Expr value = assignments.values().get(i);
        try (FieldVector values = Evaluator.compile(value).evaluate(batch, column.name(), context.allocator())) {
            for (int r = 0; r < rows.size(); r++) {
                if (chosen[r]) {
                    Literal literal = Literals.read(values, r, value.type());
                    Object java = Literals.value(literal, value.type());
                    rows.get(r)[ordinal] = assignments.rules().convert(java, column);
                }
            }
        }
    }

    private boolean[] chosen(List<Literal[]> old, List<Literal[]> excluded, Optional<Expr> where) {
        var chosen = new boolean[old.size()];
        java.util.Arrays.fill(chosen, true);
        if (where.isEmpty() || old.isEmpty()) {
            return chosen;
        }
        long[] bitmap = new long[(old.size() + 63) / 64];
        java.util.Arrays.fill(bitmap, -1L);
        try (VectorSchemaRoot batch = combined(old, excluded)) {
            Evaluator.compile(where.get()).select(batch, bitmap, 0);
        }
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = (bitmap[i >>> 6] & 1L << i) != 0;
        }
        return chosen;
    }

    /// The old rows' columns, then those of the excluded rows.
    private VectorSchemaRoot combined(List<Literal[]> old, List<Literal[]> excluded) {
        VectorSchemaRoot left = TableRows.toBatch(table, old, context.allocator());
        if (excluded.isEmpty()) {
            return left;
        }
        VectorSchemaRoot right = TableRows.toBatch(table, excluded, context.allocator());
        var vectors = new ArrayList<>(left.getFieldVectors());
        vectors.addAll(right.getFieldVectors());
        return new VectorSchemaRoot(vectors);
    }

    private Duration timeout() {
        long remaining = context.remainingNanos();
        return remaining == Long.MAX_VALUE ? LONGEST : Duration.ofNanos(Math.max(remaining, 1));
    }

    private <T> T await(CompletableFuture<T> future) {
        return await(future, context);
    }

    /// Waits for the cluster; notices a cancel or the deadline soon.
    public static <T> T await(CompletableFuture<T> future, QueryContext context) {
        while (true) {
            context.check();
            try {
                return future.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // Not yet: look whether anybody still wants it.
                continue;
            } catch (ExecutionException e) {
                throw QueryErrors.of(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new QueryException(ErrorCode.CANCELLED, "The statement was interrupted.");
            }
        }
    }
}
