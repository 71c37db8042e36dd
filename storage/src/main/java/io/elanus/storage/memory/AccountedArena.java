package io.elanus.storage.memory;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.BufferAllocator;

/// A shared arena whose bytes count against an Arrow allocator, so that one limit covers all memory of a process.
/// Fails with `OUT_OF_MEMORY` when the limit is reached. Thread safe; the owner closes it, which gives all back.
public final class AccountedArena implements Arena {
    private final Arena memory = Arena.ofShared();
    private final BufferAllocator account;
    private final AtomicLong bytes = new AtomicLong();

    public AccountedArena(BufferAllocator account) {
        this.account = account;
    }

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        boolean fits = account.forceAllocate(byteSize);
        bytes.addAndGet(byteSize);
        if (!fits || account.isOverLimit()) {
            throw new StorageException(
                    ErrorCode.OUT_OF_MEMORY,
                    "[%d] bytes more do not fit into the off-heap memory of this process, of which [%s] holds [%d]. Raise the setting memory.off-heap."
                            .formatted(byteSize, account.getName(), account.getAllocatedMemory()));
        }
        return memory.allocate(byteSize, byteAlignment);
    }

    @Override
    public MemorySegment.Scope scope() {
        return memory.scope();
    }

    @Override
    public void close() {
        memory.close();
        account.releaseBytes(bytes.getAndSet(0));
    }
}
