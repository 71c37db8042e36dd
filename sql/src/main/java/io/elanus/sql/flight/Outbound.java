package io.elanus.sql.flight;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// The way to a client that reads a stream: lets batches through at its pace. Made by the callback that accepts the
/// call; the rest on the stream's thread.
final class Outbound {
    /// Bit vectors are cut without a copy where a byte begins.
    private static final int BYTE_OF_ROWS = 8;

    private final ServerStreamListener listener;
    private final long pieceBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /// @param onGone called by gRPC when the client cancels or goes away; must not block
    Outbound(ServerStreamListener listener, long pieceBytes, Runnable onGone) {
        this.listener = listener;
        this.pieceBytes = pieceBytes;
        listener.setOnReadyHandler(this::signal);
        listener.setOnCancelHandler(() -> {
            onGone.run();
            signal();
        });
    }

    private void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean gone() {
        return listener.isCancelled();
    }

    /// False: the client has gone.
    private boolean awaitReady() {
        lock.lock();
        try {
            while (!listener.isReady() && !listener.isCancelled()) {
                changed.awaitUninterruptibly();
            }
            return !listener.isCancelled();
        } finally {
            lock.unlock();
        }
    }

    void start(VectorSchemaRoot out) {
        listener.setUseZeroCopy(true);
        listener.start(out);
    }

    /// Sends the rows of a batch, which stays the caller's but may be empty afterwards. False: the client has gone.
    ///
    /// @param out of the same columns; carries the buffers to the listener that was started with it
    boolean send(VectorSchemaRoot batch, long payload, VectorSchemaRoot out) {
        int rows = batch.getRowCount();
        int piece = piece(rows, payload);
        if (piece >= rows) {
            return put(batch, out);
        }
        for (int from = 0; from < rows; from += piece) {
            try (VectorSchemaRoot part = batch.slice(from, Math.min(piece, rows - from))) {
                if (!put(part, out)) {
                    return false;
                }
            }
        }
        return true;
    }

    private int piece(int rows, long payload) {
        if (payload <= pieceBytes) {
            return rows;
        }
        long fitting = rows * pieceBytes / payload;
        return (int) Math.max(1, fitting < BYTE_OF_ROWS ? fitting : fitting / BYTE_OF_ROWS * BYTE_OF_ROWS);
    }

    private boolean put(VectorSchemaRoot batch, VectorSchemaRoot out) {
        if (!awaitReady()) {
            return false;
        }
        try {
            for (int i = 0; i < out.getFieldVectors().size(); i++) {
                FieldVector from = batch.getVector(i);
                from.makeTransferPair(out.getVector(i)).transfer();
            }
            out.setRowCount(batch.getRowCount());
            listener.putNext();
            return true;
        } finally {
            out.clear();
        }
    }

    void completed() {
        listener.completed();
    }

    void failed(Throwable problem) {
        if (!listener.isCancelled()) {
            listener.error(FlightErrors.of(problem));
        }
    }
}
