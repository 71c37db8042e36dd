package io.elanus.sql.copy;

import io.elanus.cluster.proxy.TableAccess;
import io.elanus.cluster.proxy.TableAccess.RowMode;
import io.elanus.cluster.proxy.TableAccess.WriteReceipt;
import io.elanus.proto.grpc.Literal;
import io.elanus.sql.copy.CopyPlan.Format;
import io.elanus.sql.dml.ColumnRules;
import io.elanus.sql.dml.TableRows;
import io.elanus.sql.dml.TableWriter;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.QueryContext;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.TableSchema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// One COPY. While a batch is being written the next one is parsed; at most one is under way.
public final class CopyRun {
    private static final int ROWS_PER_BATCH = 8_192;
    private static final long BYTES_PER_BATCH = 8L << 20;
    private static final int CHECK_EVERY = 256;
    private static final Duration WRITE_TIMEOUT = Duration.ofMinutes(5);

    private final CopyPlan plan;
    private final TableAccess tables;
    private final QueryContext context;
    private final TableSchema table;
    private final ColumnRules rules;
    private final int[] targets;
    private final boolean generatesKeys;
    private final List<Literal[]> pending = new ArrayList<>();
    private long pendingBytes;
    private @Nullable Write inFlight;
    private long loaded;
    private volatile long bytesDone;
    private volatile long bytesTotal;
    private volatile long timestamp;

    private record Write(CompletableFuture<WriteReceipt> receipt, VectorSchemaRoot batch, int rows) {}

    public CopyRun(CopyPlan plan, TableAccess tables, QueryContext context) {
        this.plan = plan;
        this.tables = tables;
        this.context = context;
        this.table = plan.table();
        this.rules = new ColumnRules(table, plan.indexes());
        this.targets = plan.columns().stream()
                .mapToInt(column -> table.ordinal(column.id()))
                .toArray();
        this.generatesKeys = table.keyColumn().generated()
                && plan.columns().stream().noneMatch(column -> column.id() == table.keyColumnId());
    }

    public long bytesDone() {
        return bytesDone;
    }

    public long bytesTotal() {
        return bytesTotal;
    }

    /// Timestamp of the last acknowledged batch.
    public long timestamp() {
        return timestamp;
    }

    /// Loads the file and returns the number of rows.
    public long load() {
        try (CopyReader reader = open()) {
            read(reader);
            finish(reader);
            return loaded;
        } finally {
            settle();
        }
    }

    private CopyReader open() {
        try {
            bytesTotal = Files.size(plan.file());
            if (plan.format() == Format.ARROW) {
                return new ArrowFileSource(plan, FileChannel.open(plan.file()), context.allocator());
            }
            if (plan.format() == Format.PARQUET) {
                return new ParquetSource(plan);
            }
            InputStream in = Files.newInputStream(plan.file());
            return switch (plan.format()) {
                case CSV, TSV -> new CsvReader(plan, in);
                case JSONL -> new JsonLinesReader(plan, in);
                case FVECS, BVECS, IVECS, NPY ->
                    new VectorFileReader(plan, new java.io.BufferedInputStream(in, 1 << 18));
                case ARROW, PARQUET -> throw new IllegalStateException("Opened above");
            };
        } catch (IOException e) {
            throw CopyErrors.unreadable(plan.file().toString(), e);
        }
    }

    private void read(CopyReader reader) {
        long limit = Long.parseLong(plan.options().getOrDefault("limit", "0"));
        long rows = 0;
        while (limit == 0 || rows < limit) {
            if (rows % CHECK_EVERY == 0) {
                context.check();
            }
            Literal[] row;
            try {
                Literal[] fields = reader.next();
                if (fields == null) {
                    return;
                }
                row = row(fields);
            } catch (QueryException e) {
                throw located(e, reader);
            }
            rows++;
            add(row, reader);
        }
    }

    private Literal[] row(Literal[] fields) {
        Literal[] row = new Literal[table.columns().size()];
        for (int i = 0; i < fields.length; i++) {
            Column column = plan.columns().get(i);
            row[targets[i]] = fields[i].hasNull() && column.generated() ? fields[i] : rules.check(fields[i], column);
        }
        for (int i = 0; i < row.length; i++) {
            if (row[i] == null) {
                Column column = table.columns().get(i);
                Literal value = column.defaultValue().orElse(Literals.NULL);
                row[i] = column.generated() ? value : rules.check(value, column);
            }
        }
        return row;
    }

    private QueryException located(QueryException e, CopyReader reader) {
        String message = "%s File [%s], row [%d], byte [%d]; [%d] rows were loaded before."
                .formatted(e.getMessage(), plan.file().getFileName(), reader.row(), reader.position(), acknowledged());
        return new QueryException(e.code(), message, 0, e.hint().orElse("Mend the row and load the file again."), e);
    }

    /// Rows that are certainly in, once the write under way has ended.
    private long acknowledged() {
        settle();
        return loaded;
    }

    private void add(Literal[] row, CopyReader reader) {
        pending.add(row);
        for (Literal value : row) {
            pendingBytes += value.getBinary().size() + Long.BYTES;
        }
        if (pending.size() >= ROWS_PER_BATCH || pendingBytes >= BYTES_PER_BATCH) {
            flush(reader);
        }
    }

    private void finish(CopyReader reader) {
        if (!pending.isEmpty()) {
            flush(reader);
        }
        awaitInFlight();
        bytesDone = bytesTotal;
    }

    private void flush(CopyReader reader) {
        List<Literal[]> rows = distinct();
        VectorSchemaRoot batch = TableRows.toBatch(table, rows, context.allocator());
        int count = pending.size();
        pending.clear();
        pendingBytes = 0;
        try {
            awaitInFlight();
        } catch (RuntimeException e) {
            batch.close();
            throw e;
        }
        RowMode mode = generatesKeys ? RowMode.NEW_KEYS : RowMode.REPLACE;
        inFlight = new Write(tables.append(table, batch, mode, WRITE_TIMEOUT), batch, count);
        bytesDone = reader.position();
    }

    /// Gives keys where they are generated; of several rows with one key the last one stays.
    private List<Literal[]> distinct() {
        int key = table.ordinal(table.keyColumnId());
        if (generatesKeys) {
            long first = TableWriter.await(tables.allocateIds(pending.size()), context);
            for (Literal[] row : pending) {
                row[key] = Literal.newBuilder().setInt64(first++).build();
            }
            return pending;
        }
        var byKey = LinkedHashMap.<Literal, Literal[]>newLinkedHashMap(pending.size());
        pending.forEach(row -> byKey.put(row[key], row));
        return byKey.size() == pending.size() ? pending : new ArrayList<>(byKey.values());
    }

    private void awaitInFlight() {
        Write write = inFlight;
        if (write == null) {
            return;
        }
        WriteReceipt receipt = TableWriter.await(write.receipt(), context);
        inFlight = null;
        write.batch().close();
        timestamp = Math.max(timestamp, receipt.timestamp());
        loaded += write.rows();
    }

    /// After an error: the batch under way must end before its memory is freed.
    private void settle() {
        Write write = inFlight;
        if (write == null) {
            return;
        }
        inFlight = null;
        try {
            WriteReceipt receipt = write.receipt().join();
            timestamp = Math.max(timestamp, receipt.timestamp());
            loaded += write.rows();
        } catch (java.util.concurrent.CompletionException | java.util.concurrent.CancellationException e) {
            // The error that brought us here is the one to report.
            timestamp = Math.max(timestamp, 0);
        } finally {
            write.batch().close();
        }
    }
}
