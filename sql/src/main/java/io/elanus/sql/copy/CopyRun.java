package io.elanus.sql.copy;

import io.elanus.cluster.proxy.TableAccess;
import io.elanus.proto.grpc.Literal;
import io.elanus.sql.dml.BoundGuard;
import io.elanus.sql.dml.ColumnRules;
import io.elanus.sql.dml.RowDefaults;
import io.elanus.sql.dml.TableRows;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.QueryContext;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.TableSchema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One COPY FROM. While batches are being written the next one is parsed.
public final class CopyRun implements Load {
    private static final int ROWS_PER_BATCH = 8_192;
    private static final long BYTES_PER_BATCH = 8L << 20;
    private static final int CHECK_EVERY = 256;

    private final CopyPlan plan;
    private final @Nullable InputStream sent;
    private final QueryContext context;
    private final TableSchema table;
    private final RowDefaults defaults;
    private final int[] targets;
    private final CopyBatches batches;
    private List<Literal[]> pending = new ArrayList<>();
    private long pendingBytes;
    private long firstPending;
    private volatile long rowsSeen;
    private volatile long bytesRead;
    private volatile long bytesTotal;

    /// @param sent what a client sends for STDIN; null: the plan's file. Closed by the caller.
    public CopyRun(
            CopyPlan plan, @Nullable InputStream sent, TableAccess tables, BoundGuard guard, QueryContext context) {
        this.plan = plan;
        this.sent = sent;
        this.context = context;
        this.table = plan.table();
        this.defaults = new RowDefaults(table, new ColumnRules(table, plan.indexes()));
        this.targets = plan.columns().stream()
                .mapToInt(column -> table.ordinal(column.id()))
                .toArray();
        boolean generatesKeys = table.keyColumn().generated()
                && plan.columns().stream().noneMatch(column -> column.id() == table.keyColumnId());
        this.batches = new CopyBatches(tables, table, plan.onConflict(), generatesKeys, guard, context);
    }

    @Override
    public long rowsDone() {
        return batches.written();
    }

    @Override
    public long rowsExpected() {
        long bytes = bytesRead;
        return bytes == 0 || bytesTotal == 0 ? 0 : Math.round((double) rowsSeen * bytesTotal / bytes);
    }

    @Override
    public long timestamp() {
        return batches.timestamp();
    }

    @Override
    public long load() {
        try (CopyReader reader = opened()) {
            read(reader);
            if (!pending.isEmpty()) {
                flush(reader);
            }
            batches.finish();
            bytesRead = bytesTotal;
            return batches.written();
        } catch (QueryException e) {
            throw withOutcome(e);
        } finally {
            batches.close();
        }
    }

    /// What is wrong before the first row has a place too.
    private CopyReader opened() {
        try {
            return open();
        } catch (QueryException e) {
            throw e.code() == ErrorCode.BAD_COPY_FILE ? CopyErrors.located(e, 0, 0) : e;
        }
    }

    private CopyReader open() {
        try {
            Path file = plan.file();
            if (file != null) {
                bytesTotal = Files.size(file);
            }
            return CopyReaders.open(plan, sent, context.allocator());
        } catch (IOException e) {
            throw CopyErrors.unreadable(plan.name(), e);
        }
    }

    private void read(CopyReader reader) {
        long limit = plan.limit();
        long rowsRead = 0;
        while (limit == 0 || rowsRead < limit) {
            if (rowsRead % CHECK_EVERY == 0) {
                rowsSeen = rowsRead;
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
                throw CopyErrors.located(e, reader.row(), reader.position());
            }
            rowsRead++;
            add(row, reader);
        }
    }

    private Literal[] row(Literal[] fields) {
        Literal[] row = new Literal[table.columns().size()];
        for (int i = 0; i < fields.length; i++) {
            row[targets[i]] = defaults.checked(fields[i], plan.columns().get(i));
        }
        return defaults.filled(row);
    }

    /// The error with what became of the rows before, once all that were under way have ended.
    private QueryException withOutcome(QueryException e) {
        batches.close();
        long written = batches.written();
        String again = written == 0
                ? "Then load it again."
                : "Then load it again WITH (on_conflict ignore), which leaves out the rows that are in.";
        return new QueryException(
                e.code(),
                "%s File [%s]; [%d] of its rows were loaded.".formatted(e.getMessage(), plan.name(), written),
                0,
                e.hint().orElse("Mend the row. " + again),
                e);
    }

    private void add(Literal[] row, CopyReader reader) {
        if (pending.isEmpty()) {
            firstPending = reader.row();
        }
        pending.add(row);
        for (Literal value : row) {
            pendingBytes += value.getBinary().size() + Long.BYTES;
        }
        if (pending.size() >= ROWS_PER_BATCH || pendingBytes >= BYTES_PER_BATCH) {
            flush(reader);
        }
    }

    private void flush(CopyReader reader) {
        batches.awaitRoom(pendingBytes);
        List<Literal[]> rows = pending;
        pending = new ArrayList<>(rows.size());
        pendingBytes = 0;
        batches.write(TableRows.toBatch(table, rows, context.allocator()), firstPending);
        bytesRead = reader.position();
    }
}
