package io.elanus.storage.meta.etcd;

import io.elanus.storage.meta.MetaStore;
import io.elanus.storage.meta.MetaStore.Change;
import io.elanus.storage.meta.MetaStore.WatchListener;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A watch: groups etcd's events by revision. jetcd resumes it after a lost connection from the revision after the
/// last one it delivered.
final class EtcdWatch implements MetaStore.Watch {
    private final Keys keys;
    private final WatchListener listener;
    private Watch.@Nullable Watcher watcher;
    private boolean closed;

    private EtcdWatch(Keys keys, WatchListener listener) {
        this.keys = keys;
        this.listener = listener;
    }

    static EtcdWatch open(Watch client, Keys keys, String prefix, long afterRevision, WatchListener listener) {
        var watch = new EtcdWatch(keys, listener);
        WatchOption option = WatchOption.builder()
                .isPrefix(true)
                .withRevision(afterRevision + 1)
                .withRequireLeader(true)
                .build();
        synchronized (watch) {
            watch.watcher = client.watch(
                    keys.of(prefix), option, Watch.listener(watch::deliver, watch::lost, () -> watch.lost(ended())));
        }
        return watch;
    }

    private static Throwable ended() {
        return new IllegalStateException("etcd ended the watch");
    }

    private synchronized void deliver(WatchResponse response) {
        if (closed) {
            return;
        }
        List<Change> changes = new ArrayList<>();
        long revision = 0;
        for (WatchEvent event : response.getEvents()) {
            KeyValue pair = event.getKeyValue();
            if (pair.getModRevision() != revision && !changes.isEmpty()) {
                listener.onChange(revision, changes);
                changes = new ArrayList<>();
            }
            revision = pair.getModRevision();
            changes.add(
                    event.getEventType() == WatchEvent.EventType.DELETE
                            ? new Change.Deleted(keys.key(pair))
                            : new Change.Put(keys.entry(pair)));
        }
        if (!changes.isEmpty()) {
            listener.onChange(revision, changes);
        }
    }

    private synchronized void lost(Throwable cause) {
        if (!closed) {
            closed = true;
            listener.onLost(EtcdErrors.of("go on watching metadata", cause, false));
        }
    }

    @Override
    public void close() {
        Watch.Watcher open;
        synchronized (this) {
            closed = true;
            open = watcher;
        }
        if (open != null) {
            open.close();
        }
    }
}
