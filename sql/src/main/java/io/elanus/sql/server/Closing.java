package io.elanus.sql.server;

import java.util.ArrayDeque;

/// Things to close, last opened first. One that fails does not keep the others from closing. Any thread may add.
final class Closing implements AutoCloseable {
    private final ArrayDeque<AutoCloseable> open = new ArrayDeque<>();

    synchronized <T extends AutoCloseable> T add(T resource) {
        open.push(resource);
        return resource;
    }

    @Override
    public synchronized void close() {
        IllegalStateException failure = null;
        while (!open.isEmpty()) {
            AutoCloseable next = open.pop();
            try {
                next.close();
            } catch (Exception e) {
                // Whatever one owner throws, the others must still be closed.
                if (failure == null) {
                    failure = new IllegalStateException("Not everything closed in order");
                }
                failure.addSuppressed(e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
