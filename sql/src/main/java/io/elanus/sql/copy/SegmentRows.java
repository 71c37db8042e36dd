package io.elanus.sql.copy;

import io.elanus.cluster.proxy.RowPlaces;
import io.elanus.proto.grpc.LoadedFile;
import io.elanus.sql.bulk.SegmentImport;
import io.elanus.sql.dml.BoundGuard;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.QueryContext;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.segment.ArrowBatches;
import io.elanus.storage.segment.KeyReader;
import io.elanus.storage.segment.SegmentAssembler;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Shard;
import io.elanus.storage.type.TableSchema;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Writes the rows of one load straight into sealed segments, which come into the table together at the end, or not
/// at all. Keys that are not generated are compared with each other here, and with nothing else: the table must
/// have been empty until the end, which the coordinator sees to. Belongs to the run's thread.
final class SegmentRows implements RowSink {
    private final TableSchema table;
    private final SegmentImport segments;
    private final CopyKeys keys;
    private final OnConflict onConflict;
    private final BoundGuard guard;
    private final QueryContext context;
    private final @Nullable FileKeys seen;
    private final Optional<LoadedFile> loaded;
    private final Map<Home, SegmentAssembler> assemblers = new LinkedHashMap<>();
    private long rows;
    private boolean closed;
    private volatile long written;
    private volatile long timestamp;

    private record Home(Shard shard, long partitionId) {}

    SegmentRows(
            SegmentImport segments,
            CopyKeys keys,
            OnConflict onConflict,
            boolean generatesKeys,
            BoundGuard guard,
            QueryContext context,
            Optional<LoadedFile> loaded) {
        this.loaded = loaded;
        this.table = keys.table();
        this.segments = segments;
        this.keys = keys;
        this.onConflict = onConflict;
        this.guard = guard;
        this.context = context;
        ColumnType key = table.keyColumn().type();
        boolean numbers = key == ColumnType.Simple.BIGINT || key == ColumnType.Simple.INTEGER;
        this.seen = generatesKeys ? null : new FileKeys(numbers, context.allocator());
    }

    /// What is written goes out by itself.
    @Override
    public void awaitRoom(long bytes) {
        // A chunk for each place is all that is held.
    }

    @Override
    public void write(VectorSchemaRoot batch, long firstRow) {
        try (batch) {
            FileKeys before = seen;
            if (before == null) {
                keys.generate(batch);
                guard.checkInserted(batch);
                place(batch);
                return;
            }
            guard.checkInserted(batch);
            int[] fresh = new int[batch.getRowCount()];
            int count = 0;
            KeyReader reader = KeyReader.of(batch.getVector(table.ordinal(table.keyColumnId())));
            for (int row = 0; row < batch.getRowCount(); row++) {
                if (before.add(reader, row)) {
                    fresh[count++] = row;
                } else if (onConflict != OnConflict.IGNORE) {
                    throw keys.cameEarlier(firstRow + row);
                }
            }
            if (count == batch.getRowCount()) {
                place(batch);
            } else {
                try (VectorSchemaRoot chosen = ArrowBatches.gather(batch, fresh, count, context.allocator())) {
                    place(chosen);
                }
            }
        }
    }

    private void place(VectorSchemaRoot batch) {
        for (RowPlaces.Placed placed : RowPlaces.of(table, batch)) {
            SegmentAssembler target =
                    assemblers.computeIfAbsent(new Home(placed.shard(), placed.partitionId()), this::assembler);
            int count = placed.ordinals().length;
            if (count == batch.getRowCount()) {
                target.add(batch);
            } else {
                try (VectorSchemaRoot part =
                        ArrowBatches.gather(batch, placed.ordinals(), count, context.allocator())) {
                    target.add(part);
                }
            }
            rows += count;
        }
    }

    private SegmentAssembler assembler(Home home) {
        return segments.assembler(home.partitionId());
    }

    @Override
    public void finish(long rowsOfFile) {
        LoadedFile whole =
                loaded.map(file -> file.toBuilder().setRows(rowsOfFile).build()).orElse(null);
        assemblers.forEach((home, assembler) -> {
            context.check();
            segments.add(home.shard(), assembler.finish());
        });
        if (rows > 0 || whole != null) {
            timestamp = seen == null ? segments.commit(false, whole) : commitIntoEmpty(whole);
        }
        written = rows;
    }

    private long commitIntoEmpty(@Nullable LoadedFile whole) {
        try {
            return segments.commit(true, whole);
        } catch (QueryException e) {
            if (e.code() != ErrorCode.UNIQUE_VIOLATION) {
                throw e;
            }
            throw new QueryException(
                    ErrorCode.CONFLICT,
                    "Somebody wrote into table [%s] while the file was loaded into segments, so its keys may be there."
                            .formatted(table.name()),
                    0,
                    "Load it again: now it goes through the log, which compares the keys.",
                    e);
        }
    }

    @Override
    public long written() {
        return written;
    }

    @Override
    public long timestamp() {
        return timestamp;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        assemblers.values().forEach(SegmentAssembler::close);
        FileKeys before = seen;
        if (before != null) {
            before.close();
        }
    }
}
