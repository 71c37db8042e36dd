package io.elanus.sql.avatica;

import io.elanus.sql.session.Running;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// The rows of a statement that runs ([StatementRun]) on their way to the client, who takes them frame by frame.
///
/// Owns the run and the batch it encodes. [#cancel], [#progress] and [#close] are for any thread, the rest for one
/// at a time.
final class ResultCursor implements AutoCloseable {
    /// A frame that has rows waits this long for more before it is sent.
    private static final Duration MORE_WAIT = Duration.ofMillis(5);
    private static final Cell[] NO_CELLS = {};

    private final List<ReportedColumn> columns;
    private final Wire wire;
    private final long maxRows;
    private final StatementRun run;

    // The batch being encoded.
    private @Nullable VectorSchemaRoot batch;
    private Cell[] cells = NO_CELLS;
    private int row;
    private long sent;

    /// @param maxRows 0 or less: all
    /// @param start makes the statement run
    ResultCursor(List<ReportedColumn> columns, Wire wire, long maxRows, Supplier<Running> start) {
        this.columns = columns;
        this.wire = wire;
        this.maxRows = maxRows <= 0 ? Long.MAX_VALUE : maxRows;
        this.run = new StatementRun(start);
    }

    void runApart() {
        run.runApart();
    }

    /// What goes wrong is thrown by whatever asks for rows or counts then.
    void runHere() {
        run.runHere();
    }

    /// After [#runHere]: is the whole result there, and small? Then [#fill] takes no time.
    boolean isWhole(int mostRows) {
        return run.isWhole(mostRows);
    }

    /// Encodes rows until the frame is full, the statement ends, or nothing came for `patience` while the frame is
    /// still empty.
    ///
    /// @param rows 0 or less: as many as fit @return the statement has no more rows
    boolean fill(FrameWriter frame, int rows, int frameBytes, Duration patience) {
        int limit = rows <= 0 ? Integer.MAX_VALUE : rows;
        while (sent < maxRows && frame.rows() < limit && frame.size() < frameBytes) {
            if (batch == null || row == batch.getRowCount()) {
                Duration wait = frame.rows() == 0 ? patience : MORE_WAIT;
                if (!nextBatch(wait)) {
                    return batch == null && !run.hasMore();
                }
            } else {
                encode(frame);
            }
        }
        return sent >= maxRows || ((batch == null || row == batch.getRowCount()) && !run.hasMore());
    }

    private void encode(FrameWriter frame) {
        frame.beginRow();
        for (Cell cell : cells) {
            cell.write(row, frame);
        }
        frame.endRow();
        row++;
        sent++;
    }

    /// Moves to the next batch that is there within `wait`.
    private boolean nextBatch(Duration wait) {
        releaseBatch();
        VectorSchemaRoot next = run.take(wait);
        if (next == null) {
            return false;
        }
        batch = next;
        row = 0;
        var readers = new Cell[columns.size()];
        for (int i = 0; i < readers.length; i++) {
            readers[i] = Cell.of(columns.get(i).type(), next.getFieldVectors().get(i), wire);
        }
        cells = readers;
        return true;
    }

    /// The number of rows a statement without a result changed; waits until it has ended.
    long awaitCount() {
        return run.awaitCount();
    }

    /// The number of rows that a change with rows in its answer changed; waits until it is known.
    long awaitChange() {
        return run.awaitChange();
    }

    /// False when the statement had already ended.
    boolean cancel() {
        return run.cancel();
    }

    Running.Progress progress() {
        return run.progress();
    }

    private void releaseBatch() {
        if (batch != null) {
            batch.close();
            batch = null;
        }
    }

    /// Ends the statement if it still runs and frees its batches.
    @Override
    public void close() {
        Running left = run.shut();
        releaseBatch();
        run.free(left);
    }
}
