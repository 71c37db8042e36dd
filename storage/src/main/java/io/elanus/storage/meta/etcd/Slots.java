package io.elanus.storage.meta.etcd;

import io.etcd.jetcd.ByteSequence;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The slots of this client: each belongs to one transaction at a time, and those that find none wait in order.
/// Thread safe.
final class Slots {
    /// @param revision at which the slot was last seen; 0 when it has never been written, negative when it must be
    ///     read first
    record Slot(ByteSequence key, long revision) {
        static final long UNKNOWN = -1;

        Slot at(long newRevision) {
            return new Slot(key, newRevision);
        }
    }

    private final ArrayDeque<Slot> free = new ArrayDeque<>();
    private final ArrayDeque<CompletableFuture<Slot>> waiting = new ArrayDeque<>();

    Slots(Keys keys, String client, int count) {
        for (int slot = 0; slot < count; slot++) {
            free.add(new Slot(keys.slot(client, slot), Slot.UNKNOWN));
        }
    }

    synchronized CompletableFuture<Slot> take() {
        Slot slot = free.poll();
        if (slot != null) {
            return CompletableFuture.completedFuture(slot);
        }
        var turn = new CompletableFuture<Slot>();
        waiting.add(turn);
        return turn;
    }

    void give(Slot slot) {
        CompletableFuture<Slot> next = nextOrKeep(slot);
        if (next != null) {
            next.complete(slot);
        }
    }

    private synchronized @Nullable CompletableFuture<Slot> nextOrKeep(Slot slot) {
        CompletableFuture<Slot> next = waiting.poll();
        if (next == null) {
            free.add(slot);
        }
        return next;
    }
}
