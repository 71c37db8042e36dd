package io.elanus.storage.meta.rocksdb;

import io.elanus.storage.meta.MetaStore.Change;
import io.elanus.storage.meta.MetaStore.Entry;
import io.elanus.storage.meta.Txn;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/// What transactions do to the map: pure, but for the pending changes it gathers. Belongs to the writer thread; the
/// published map below it is shared and only read here.
final class MetaState {
    private final NavigableMap<String, Entry> published;
    private final Map<String, Optional<Entry>> pending = new HashMap<>();
    private long revision;

    MetaState(NavigableMap<String, Entry> published, long revision) {
        this.published = published;
        this.revision = revision;
    }

    long revision() {
        return revision;
    }

    /// Applies the transaction to the pending changes; empty if a condition does not hold.
    Optional<MetaHistory.Revision> apply(Txn txn) {
        if (!txn.conditions().stream().allMatch(this::holds)) {
            return Optional.empty();
        }
        revision++;
        var changes = new ArrayList<Change>();
        for (Txn.Operation operation : txn.operations()) {
            switch (operation) {
                case Txn.Operation.Put put -> {
                    long created = find(put.key()).map(Entry::createRevision).orElse(revision);
                    var entry = new Entry(put.key(), put.value(), created, revision, put.leaseId());
                    pending.put(put.key(), Optional.of(entry));
                    changes.add(new Change.Put(entry));
                }
                case Txn.Operation.Delete(String key) -> {
                    if (find(key).isPresent()) {
                        pending.put(key, Optional.empty());
                        changes.add(new Change.Deleted(key));
                    }
                }
            }
        }
        return Optional.of(new MetaHistory.Revision(revision, changes));
    }

    private boolean holds(Txn.Condition condition) {
        Optional<Entry> entry = find(condition.key());
        return switch (condition) {
            case Txn.Condition.Absent _ -> entry.isEmpty();
            case Txn.Condition.Present _ -> entry.isPresent();
            case Txn.Condition.ModRevision(String _, long expected) ->
                entry.isPresent() && entry.get().modRevision() == expected;
            case Txn.Condition.ValueIs(String _, var value) ->
                entry.isPresent() && entry.get().value().equals(value);
        };
    }

    private Optional<Entry> find(String key) {
        Optional<Entry> changed = pending.get(key);
        return changed == null ? Optional.ofNullable(published.get(key)) : changed;
    }

    Map<String, Optional<Entry>> pending() {
        return pending;
    }

    /// Keys of these leases as the pending changes leave them.
    List<String> keysOf(Collection<Long> leases) {
        var keys = new ArrayList<String>();
        published.forEach((key, _) ->
                find(key).filter(entry -> leases.contains(entry.leaseId())).ifPresent(_ -> keys.add(key)));
        pending.forEach((key, entry) -> {
            if (!published.containsKey(key)
                    && entry.isPresent()
                    && leases.contains(entry.get().leaseId())) {
                keys.add(key);
            }
        });
        return keys;
    }
}
