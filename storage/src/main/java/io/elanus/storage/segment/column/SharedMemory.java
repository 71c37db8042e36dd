package io.elanus.storage.segment.column;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OwnershipTransferResult;
import org.apache.arrow.memory.ReferenceManager;

/// Memory that several look at: freed when the last of them has let go. Arrow buffers over a part of it count as
/// lookers. Its bytes belong to no allocator (they are accounted where they were allocated, or are a mapped file),
/// so moving a buffer to another allocator only adds a reference.
///
/// Starts with one reference, the creator's. Thread safe.
public final class SharedMemory implements ReferenceManager {
    private final AtomicInteger references = new AtomicInteger(1);
    private final BufferAllocator allocator;
    private final Runnable free;

    /// @param allocator the one that views name as theirs
    /// @param free runs once, on the thread that lets go last
    public SharedMemory(BufferAllocator allocator, Runnable free) {
        this.allocator = allocator;
        this.free = free;
    }

    /// A buffer over part of the memory. It carries no reference of its own.
    public ArrowBuf view(long address, long bytes) {
        ArrowBuf view = new ArrowBuf(this, null, bytes, address);
        view.writerIndex(bytes);
        return view;
    }

    @Override
    public int getRefCount() {
        return references.get();
    }

    @Override
    public boolean release() {
        return release(1);
    }

    @Override
    public boolean release(int count) {
        int left = references.addAndGet(-count);
        if (left < 0) {
            throw new IllegalStateException("Shared memory was released more often than it was retained");
        }
        if (left == 0) {
            free.run();
        }
        return left == 0;
    }

    @Override
    public void retain() {
        retain(1);
    }

    @Override
    public void retain(int count) {
        int before;
        do {
            before = references.get();
            if (before == 0) {
                throw new IllegalStateException("Shared memory was retained after it was freed");
            }
        } while (!references.compareAndSet(before, before + count));
    }

    @Override
    public ArrowBuf retain(ArrowBuf source, BufferAllocator target) {
        retain(1);
        return derive(source);
    }

    @Override
    public ArrowBuf deriveBuffer(ArrowBuf source, long index, long length) {
        return new ArrowBuf(this, null, length, source.memoryAddress() + index);
    }

    @Override
    public OwnershipTransferResult transferOwnership(ArrowBuf source, BufferAllocator target) {
        ArrowBuf transferred = retain(source, target);
        return new OwnershipTransferResult() {
            @Override
            public boolean getAllocationFit() {
                return true;
            }

            @Override
            public ArrowBuf getTransferredBuffer() {
                return transferred;
            }
        };
    }

    @Override
    public BufferAllocator getAllocator() {
        return allocator;
    }

    @Override
    public long getSize() {
        return 0;
    }

    @Override
    public long getAccountedSize() {
        return 0;
    }

    private ArrowBuf derive(ArrowBuf source) {
        ArrowBuf derived = new ArrowBuf(this, null, source.capacity(), source.memoryAddress());
        derived.readerIndex(source.readerIndex());
        derived.writerIndex(source.writerIndex());
        return derived;
    }
}
