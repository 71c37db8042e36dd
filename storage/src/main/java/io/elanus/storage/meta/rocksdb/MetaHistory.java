package io.elanus.storage.meta.rocksdb;

import io.elanus.storage.meta.MetaStore.Change;
import java.util.ArrayDeque;
import java.util.List;

/// The changes of the latest revisions. Not thread safe.
final class MetaHistory {
    static final int CAPACITY = 16_384;

    /// The changes that one transaction made.
    record Revision(long revision, List<Change> changes) {
        Revision {
            changes = List.copyOf(changes);
        }
    }

    private final ArrayDeque<Revision> revisions = new ArrayDeque<>();
    private long oldestWatchable;

    /// @param revision of the store when it was opened
    MetaHistory(long revision) {
        oldestWatchable = revision;
    }

    void add(Revision revision) {
        revisions.addLast(revision);
        if (revisions.size() > CAPACITY) {
            oldestWatchable = revisions.removeFirst().revision();
        }
    }

    /// Can a watch start after this revision without missing anything?
    boolean reaches(long afterRevision) {
        return afterRevision >= oldestWatchable;
    }

    List<Revision> after(long revision) {
        return revisions.stream().filter(entry -> entry.revision() > revision).toList();
    }
}
