package io.elanus.sql.exec;

import org.apache.arrow.memory.BufferAllocator;

/// What an operator holds of its statement's memory, about: how much more is taken after it took a batch than before.
/// One thread.
final class HeldMemory {
    /// Of the statement's memory: what one operator may hold, and the least that is worth a file when memory is short.
    private static final int SHARE = 4;

    private static final int LEAST_SHARE = 32;

    private static final long BATCH_BYTES_MOST = 1 << 20;
    private static final long BATCH_BYTES_LEAST = 16 << 10;
    /// As many batches of files must fit beside each other.
    private static final int BATCHES = 64;

    private final BufferAllocator memory;
    private long bytes;
    private long rows;

    HeldMemory(QueryContext context) {
        memory = context.allocator();
    }

    /// @param step takes the rows
    void take(int count, Runnable step) {
        long before = memory.getAllocatedMemory();
        step.run();
        bytes += memory.getAllocatedMemory() - before;
        rows += count;
    }

    /// More than the operator's share, or memory is short for everyone.
    boolean isTooMuch() {
        long most = memory.getLimit();
        boolean isShort = memory.getHeadroom() < most / SHARE && bytes > most / LEAST_SHARE;
        return bytes > most / SHARE || isShort;
    }

    /// How many such rows a batch of a file should have.
    int batchRows() {
        long room = Math.clamp(memory.getLimit() / BATCHES, BATCH_BYTES_LEAST, BATCH_BYTES_MOST);
        long perRow = Math.max(1, bytes / Math.max(1, rows));
        return Math.clamp(room / perRow, 1, QueryContext.BATCH_ROWS);
    }

    /// The operator has put all of it on disk.
    void gaveBack() {
        bytes = 0;
        rows = 0;
    }
}
