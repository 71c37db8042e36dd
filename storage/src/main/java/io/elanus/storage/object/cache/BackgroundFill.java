package io.elanus.storage.object.cache;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Fetches what mapped objects lack, in the order in which they were opened, one request at a time, and none while a
/// caller waits for bytes. Its thread begins with the first object. State is guarded by the monitor.
final class BackgroundFill implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundFill.class);

    private final CachedObjects cache;
    private final Deque<CachedObject> queue = new ArrayDeque<>();
    private boolean running;
    private boolean closed;
    /// Callers that wait for bytes.
    private int waiting;

    BackgroundFill(CachedObjects cache) {
        this.cache = cache;
    }

    synchronized void add(CachedObject object) {
        if (closed || queue.contains(object)) {
            return;
        }
        queue.add(object);
        if (!running) {
            running = true;
            Thread.ofPlatform().daemon().name("object-fill").start(this::run);
        }
    }

    synchronized void stepBack() {
        waiting++;
    }

    synchronized void goOn() {
        waiting--;
        notifyAll();
    }

    private void run() {
        for (Optional<CachedObject> next = next(); next.isPresent(); next = next()) {
            CachedObject object = next.get();
            if (cache.join(object)) {
                try {
                    var _ = fill(object);
                } catch (RuntimeException e) { // the bytes are fetched when they are needed, or that fails
                    LOG.atDebug()
                            .addKeyValue("key", object.key())
                            .setCause(e)
                            .log("An object was not fetched in the background");
                } finally {
                    cache.unpin(object);
                }
            }
        }
    }

    private synchronized Optional<CachedObject> next() {
        Optional<CachedObject> next = closed ? Optional.empty() : Optional.ofNullable(queue.poll());
        running = next.isPresent();
        return next;
    }

    /// Until all is there or on its way, nobody uses it, or the disk has no room, which is false.
    boolean fill(CachedObject object) {
        int block = cache.missing(object, 0);
        while (block < object.blocks()) {
            if (!quiet() || !cache.fits(object, block)) {
                return false;
            }
            cache.fetch(object, block, Math.min(block + CachedObject.RUN, object.blocks()));
            block = cache.missing(object, block);
        }
        return true;
    }

    /// Waits until nobody waits for bytes; false when the cache is closed.
    private synchronized boolean quiet() {
        while (waiting > 0 && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return !closed;
    }

    @Override
    public synchronized void close() {
        closed = true;
        queue.clear();
        notifyAll();
    }
}
