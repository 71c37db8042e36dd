package io.elanus.storage.meta.rocksdb;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread that calls watch listeners, in the order of delivery.
final class MetaNotifier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetaNotifier.class);

    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("meta-watch").factory());

    void deliver(MetaWatch watch, MetaHistory.Revision revision) {
        thread.execute(() -> guarded(() -> watch.tell(revision)));
    }

    void lose(MetaWatch watch, long afterRevision) {
        thread.execute(() -> guarded(() -> watch.lose(new StorageException(
                ErrorCode.LOG_TRUNCATED,
                "Changes after metadata revision [%d] are no longer kept. Read the range again and watch from there."
                        .formatted(afterRevision)))));
    }

    private static void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            // A listener's bug must not end the notifications of the others.
            LOG.atError().setCause(e).log("A metadata watch listener failed");
        }
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.warn("Metadata watch listeners still run at close");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
