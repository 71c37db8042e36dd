package io.elanus.sql.dml;

import io.elanus.cluster.proxy.Mutation;
import io.elanus.cluster.proxy.TableAccess;
import io.elanus.cluster.proxy.TableAccess.RowMode;
import io.elanus.cluster.proxy.TableAccess.WriteReceipt;
import io.elanus.proto.grpc.Literal;
import io.elanus.sql.dml.MergeRunner.RowChange;
import io.elanus.sql.dml.RowExpressions.Assignments;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.QueryContext;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Expr;
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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Writes checked rows of one table. Batches that are larger than a write should be are written one after the
/// other.
public final class TableWriter {
    static final int ROWS_PER_WRITE = 10_000;
    private static final long BYTES_PER_WRITE = 16L << 20;
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final TableAccess tables;
    private final TableSchema table;
    private final QueryContext context;
    private final int keyOrdinal;
    private final RowExpressions expressions;
    private final BoundGuard guard;
    private final Consumer<List<Literal[]>> changed;
    private long timestamp;

    /// @param changed told of the rows that were changed, once that is durable: as they are now, or as they were
    ///     before they were deleted
    TableWriter(
            TableAccess tables,
            TableSchema table,
            QueryContext context,
            BoundGuard guard,
            Consumer<List<Literal[]>> changed) {
        this.guard = guard;
        this.tables = tables;
        this.table = table;
        this.context = context;
        this.expressions = new RowExpressions(table, context.allocator());
        this.changed = changed;
        this.keyOrdinal = table.ordinal(table.keyColumnId());
    }

    /// The latest write's timestamp; 0 before the first.
    long timestamp() {
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
        long first = context.await(tables.allocateKeys(table, missing.size()));
        for (Literal[] row : missing) {
            row[keyOrdinal] = Literal.newBuilder().setInt64(first++).build();
        }
    }

    /// Appends rows with keys that nobody can have.
    long appendNew(List<Literal[]> rows) {
        return append(rows, RowMode.NEW_KEYS);
    }

    /// Later rows of one statement replace earlier ones with the same key.
    long upsert(List<Literal[]> rows) {
        var byKey = new LinkedHashMap<KeyBytes, Literal[]>();
        rows.forEach(row -> byKey.put(key(row), row));
        var last = new ArrayList<>(byKey.values());
        if (guard.isNone()) {
            append(last, RowMode.REPLACE);
        } else {
            replaceOpen(last);
        }
        return rows.size();
    }

    /// Policies want to see what is replaced.
    private void replaceOpen(List<Literal[]> rows) {
        for (List<Literal[]> part : parts(rows)) {
            change(part, existing -> {
                guard.checkInTheWay(List.copyOf(existing.values()));
                guard.updated(part.stream()
                        .filter(row -> existing.containsKey(key(row)))
                        .toList());
                return part;
            });
        }
    }

    private long append(List<Literal[]> rows, RowMode mode) {
        long written = 0;
        for (List<Literal[]> part : parts(rows)) {
            try (VectorSchemaRoot batch = TableRows.toBatch(table, part, context.allocator())) {
                WriteReceipt receipt = context.await(tables.append(table, batch, mode, timeout()));
                timestamp = Math.max(timestamp, receipt.timestamp());
            }
            changed.accept(part);
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
    long insert(List<Literal[]> rows) {
        distinctKeys(rows);
        long written = 0;
        for (List<Literal[]> part : parts(rows)) {
            written += change(part, existing -> {
                if (!existing.isEmpty()) {
                    throw keyExists(table);
                }
                return part;
            });
        }
        return written;
    }

    void distinctKeys(List<Literal[]> rows) {
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

    static QueryException keyExists(TableSchema table) {
        return new QueryException(
                ErrorCode.UNIQUE_VIOLATION,
                "A row with this value of key column [%s] exists already in table [%s]."
                        .formatted(table.keyColumn().name(), table.name()),
                "Use UPSERT, or ON CONFLICT DO NOTHING or DO UPDATE.");
    }

    /// ON CONFLICT DO NOTHING: rows whose keys exist are left out; of several with one key the first stays.
    long insertMissing(List<Literal[]> rows) {
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
    long insertOrUpdate(List<Literal[]> rows, Assignments assignments) {
        distinctKeys(rows);
        long written = 0;
        for (List<Literal[]> part : parts(rows)) {
            written += change(part, existing -> {
                var old = new ArrayList<Literal[]>();
                var excluded = new ArrayList<Literal[]>();
                for (Literal[] row : part) {
                    Literal[] found = existing.get(key(row));
                    if (found != null) {
                        old.add(found);
                        excluded.add(row);
                    }
                }
                guard.checkInTheWay(old);
                Map<KeyBytes, Literal[]> updated = new HashMap<>();
                guard.updated(expressions.updated(old, excluded, assignments))
                        .forEach(row -> updated.put(key(row), row));
                // In the order in which they were given: so their keys are told.
                var result = new ArrayList<Literal[]>();
                for (Literal[] row : part) {
                    Literal[] now = existing.containsKey(key(row)) ? updated.get(key(row)) : row;
                    if (now != null) {
                        result.add(now);
                    }
                }
                return result;
            });
        }
        return written;
    }

    @FunctionalInterface
    private interface Decision {
        List<Literal[]> rows(Map<KeyBytes, Literal[]> existing);
    }

    private long change(List<Literal[]> rows, Decision decision) {
        List<byte[]> keys = rows.stream().map(row -> key(row).bytes()).toList();
        return change(keys, existing -> written(decision.rows(existing)));
    }

    /// What a change does.
    ///
    /// @param rows of the table that it is about
    record Change(Mutation mutation, List<Literal[]> rows) {}

    private Change written(List<Literal[]> rows) {
        VectorSchemaRoot batch = rows.isEmpty() ? null : TableRows.toBatch(table, rows, context.allocator());
        return new Change(new Mutation(batch, List.of()), rows);
    }

    private long change(List<byte[]> keys, Function<Map<KeyBytes, Literal[]>, Change> decision) {
        if (keys.isEmpty()) {
            return 0;
        }
        var decided = new AtomicReference<List<Literal[]>>(List.of());
        WriteReceipt receipt = context.await(tables.change(
                table,
                keys,
                batches -> {
                    Map<KeyBytes, Literal[]> existing = new HashMap<>();
                    TableRows.fromBatches(table, batches).forEach(row -> existing.put(key(row), row));
                    Change change = decision.apply(existing);
                    decided.set(change.rows());
                    return change.mutation();
                },
                timeout()));
        timestamp = Math.max(timestamp, receipt.timestamp());
        List<Literal[]> rows = decided.get();
        if (!rows.isEmpty()) {
            changed.accept(rows);
        }
        return rows.size();
    }

    /// UPDATE of the rows with these keys; the condition is looked at again under the locks.
    long update(List<byte[]> keys, Assignments assignments) {
        return change(
                keys,
                existing -> written(
                        guard.updated(expressions.updated(guard.old(existing.values()), List.of(), assignments))));
    }

    /// New values for some columns of a row.
    ///
    /// @param read what the row held in the columns that they were made from
    record NewRow(List<Literal> values, List<Literal> read) {}

    /// UPDATE with values that were made from what the rows held before they were locked: a row that holds
    /// something else by now fails the statement.
    ///
    /// @param columns ordinals of the assigned columns
    /// @param read ordinals of the columns that the values were made from
    long replace(Map<KeyBytes, NewRow> rows, List<Integer> columns, List<Integer> read) {
        List<byte[]> keys = rows.keySet().stream().map(KeyBytes::bytes).toList();
        return change(keys, existing -> {
            var asRead = new RowsAsRead(table.name(), read);
            Map<KeyBytes, Literal[]> open = new HashMap<>();
            guard.old(existing.values()).forEach(row -> open.put(key(row), row));
            var result = new ArrayList<Literal[]>();
            rows.forEach((key, given) -> {
                Literal[] row = open.get(key);
                if (row != null) {
                    result.add(asRead.replaced(row, columns, given));
                }
            });
            return written(guard.updated(result));
        });
    }

    /// MERGE, as one change.
    ///
    /// @param read ordinals of the columns that it was decided by
    long merge(List<RowChange> changes, List<Integer> read) {
        var merged = new MergedRows(table, this::key, guard, new RowsAsRead(table.name(), read), context.allocator());
        return change(merged.keys(changes), existing -> merged.decide(changes, existing));
    }

    /// DELETE of the rows with these keys, if the condition still holds for them.
    long delete(List<byte[]> keys, Optional<Expr> where) {
        return change(keys, existing -> {
            List<Literal[]> rows = guard.deleted(existing.values());
            boolean[] chosen = expressions.chosen(rows, List.of(), where);
            var deleted = new ArrayList<Literal[]>();
            for (int i = 0; i < chosen.length; i++) {
                if (chosen[i]) {
                    deleted.add(rows.get(i));
                }
            }
            List<byte[]> deletes = deleted.stream().map(row -> key(row).bytes()).toList();
            return new Change(new Mutation(null, deletes), deleted);
        });
    }

    private Duration timeout() {
        long remaining = context.remainingNanos();
        return remaining == Long.MAX_VALUE ? LONGEST : Duration.ofNanos(Math.max(remaining, 1));
    }
}
