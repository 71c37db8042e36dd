package io.elanus.storage.compute;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import org.apache.arrow.memory.BufferAllocator;

/// Counts heap memory against an Arrow allocator, so that one limit covers everything a query holds. The owner
/// closes it, which gives everything back.
public final class HeapAccount implements AutoCloseable {
    private final BufferAllocator allocator;
    private long bytes;

    public HeapAccount(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /// Counts `total` bytes instead of what was counted before.
    public void set(long total) {
        if (total > bytes) {
            add(total - bytes);
        } else {
            allocator.releaseBytes(bytes - total);
            bytes = total;
        }
    }

    public void add(long more) {
        if (more <= 0) {
            return;
        }
        boolean fits = allocator.forceAllocate(more);
        bytes += more;
        if (!fits || allocator.isOverLimit()) {
            throw new StorageException(
                    ErrorCode.OUT_OF_MEMORY,
                    "The memory budget of [%d] bytes of [%s] is used up. Narrow the query or raise the setting query_memory."
                            .formatted(allocator.getLimit(), allocator.getName()));
        }
    }

    @Override
    public void close() {
        allocator.releaseBytes(bytes);
        bytes = 0;
    }
}
