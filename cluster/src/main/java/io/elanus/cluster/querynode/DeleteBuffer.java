package io.elanus.cluster.querynode;

import io.elanus.storage.segment.Segment;
import java.util.ArrayDeque;
import java.util.List;

/// Keys that writes of the log ended, in the order of time, back to the checkpoint of the current target. Changed
/// only in a turn.
final class DeleteBuffer {
    private record Entry(long ts, List<byte[]> keys) {}

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private long keyCount;
    private long keyBytes;

    /// The keys are kept.
    void add(long ts, List<byte[]> keys) {
        if (!keys.isEmpty()) {
            entries.addLast(new Entry(ts, keys));
            keyCount += keys.size();
            for (byte[] key : keys) {
                keyBytes += key.length;
            }
        }
    }

    /// Forgets what is in the files of every later target.
    void forget(long checkpointTs) {
        while (!entries.isEmpty() && entries.getFirst().ts() <= checkpointTs) {
            Entry entry = entries.removeFirst();
            keyCount -= entry.keys().size();
            for (byte[] key : entry.keys()) {
                keyBytes -= key.length;
            }
        }
    }

    void applyTo(Segment segment) {
        for (Entry entry : entries) {
            for (byte[] key : entry.keys()) {
                segment.end(key, entry.ts());
            }
        }
    }

    long keyCount() {
        return keyCount;
    }

    long memoryBytes() {
        return keyBytes + 40 * keyCount;
    }
}
