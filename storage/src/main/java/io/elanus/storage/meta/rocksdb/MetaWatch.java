package io.elanus.storage.meta.rocksdb;

import io.elanus.storage.meta.MetaStore.Change;
import io.elanus.storage.meta.MetaStore.Watch;
import io.elanus.storage.meta.MetaStore.WatchListener;
import java.util.List;
import java.util.function.Consumer;

/// One watch: what it listens to and whom it tells.
final class MetaWatch implements Watch {
    private final String prefix;
    private final WatchListener listener;
    private final Consumer<MetaWatch> onClose;
    private volatile boolean closed;

    MetaWatch(String prefix, WatchListener listener, Consumer<MetaWatch> onClose) {
        this.prefix = prefix;
        this.listener = listener;
        this.onClose = onClose;
    }

    /// On the notifier thread.
    void tell(MetaHistory.Revision revision) {
        List<Change> changes = revision.changes().stream()
                .filter(change -> change.key().startsWith(prefix))
                .toList();
        if (!closed && !changes.isEmpty()) {
            listener.onChange(revision.revision(), changes);
        }
    }

    void lose(Throwable cause) {
        if (!closed) {
            listener.onLost(cause);
        }
    }

    @Override
    public void close() {
        closed = true;
        onClose.accept(this);
    }
}
