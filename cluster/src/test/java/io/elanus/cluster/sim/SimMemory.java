package io.elanus.cluster.sim;

import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.memory.AllocationManager;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ReferenceManager;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.memory.util.MemoryUtil;

/// The memory of a world. A process that crashes frees nothing, as in life; here the world frees it at its end.
final class SimMemory implements AllocationManager.Factory, AutoCloseable {
    private final Map<Long, Long> live = new HashMap<>();
    private final RootAllocator root = new RootAllocator(
            RootAllocator.configBuilder().allocationManagerFactory(this).build());

    BufferAllocator root() {
        return root;
    }

    @Override
    public AllocationManager create(BufferAllocator accounting, long size) {
        return new Chunk(accounting, size);
    }

    @Override
    public ArrowBuf empty() {
        return new ArrowBuf(ReferenceManager.NO_OP, null, 0, 0);
    }

    /// Frees all that is left. Nothing of the world may be used afterwards.
    @Override
    public void close() {
        live.keySet().forEach(MemoryUtil::freeMemory);
        live.clear();
    }

    private final class Chunk extends AllocationManager {
        private final long address;
        private final long size;

        Chunk(BufferAllocator accounting, long size) {
            super(accounting);
            this.size = size;
            this.address = MemoryUtil.allocateMemory(size);
            live.put(address, size);
        }

        @Override
        public long getSize() {
            return size;
        }

        @Override
        protected long memoryAddress() {
            return address;
        }

        @Override
        protected void release0() {
            live.remove(address);
            MemoryUtil.freeMemory(address);
        }
    }
}
