package io.elanus.sql.session;

import io.elanus.sql.exec.QueryContext;
import org.apache.arrow.memory.BufferAllocator;

/// One run of one statement: its context, its memory, its entry in the registry. Closing it ends all three.
final class Execution implements AutoCloseable {
    private final QueryContext context;
    private final BufferAllocator allocator;
    private final RunningRegistry registry;
    private final Runnable left;
    private boolean closed;

    /// @param left told when the run has ended
    Execution(QueryContext context, BufferAllocator allocator, RunningRegistry registry, Runnable left) {
        this.context = context;
        this.allocator = allocator;
        this.registry = registry;
        this.left = left;
    }

    QueryContext context() {
        return context;
    }

    BufferAllocator allocator() {
        return allocator;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            registry.remove(context.queryId());
            try {
                allocator.close();
            } finally {
                left.run();
            }
        }
    }
}
