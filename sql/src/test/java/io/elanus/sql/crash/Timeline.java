package io.elanus.sql.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Every value that the writer of each key gave it, in order, and how far along others have seen it.
///
/// A key has one writer, and no two of its rows are the same, so strong reads are linearizable per key exactly if
/// each finds a value that is at or after every value which was acknowledged, or found by another read, before it
/// began.
///
/// Thread rule: any thread; a key's changes come from one.
final class Timeline {
    private static final class Key {
        /// The first is that of a key which was never written.
        private final List<Optional<CrashRow>> values = new ArrayList<>(List.of(Optional.empty()));

        private int settled;

        synchronized void tried(Optional<CrashRow> value) {
            values.add(value);
        }

        synchronized void settle(int at) {
            settled = Math.max(settled, at);
        }

        synchronized void acknowledged() {
            settled = values.size() - 1;
        }

        synchronized int settled() {
            return settled;
        }

        synchronized int find(int from, Optional<CrashRow> value) {
            for (int i = from; i < values.size(); i++) {
                if (values.get(i).equals(value)) {
                    return i;
                }
            }
            return -1;
        }

        synchronized String describe(int from) {
            return values.subList(from, values.size()).toString();
        }
    }

    private final Map<Long, Key> keys = new ConcurrentHashMap<>();

    /// All keys that were ever tried.
    List<Long> keys() {
        return List.copyOf(keys.keySet());
    }

    /// A statement is about to be sent.
    void tried(long key, Optional<CrashRow> value) {
        keys.computeIfAbsent(key, _ -> new Key()).tried(value);
    }

    /// What was tried last was acknowledged.
    void acknowledged(long key) {
        of(key).acknowledged();
    }

    /// The place in the key's order before which no strong read that begins now may find it.
    int settled(long key) {
        return of(key).settled();
    }

    /// The first place at or after `from` that has this value; -1 if none has.
    int find(long key, int from, Optional<CrashRow> value) {
        return of(key).find(from, value);
    }

    /// A strong read has found the key there.
    void seen(long key, int at) {
        of(key).settle(at);
    }

    /// The values from a place on.
    String describe(long key, int from) {
        return of(key).describe(from);
    }

    private Key of(long key) {
        Key known = keys.get(key);
        if (known == null) {
            throw new IllegalArgumentException("Key " + key + " was never tried");
        }
        return known;
    }
}
