package io.elanus.cluster.datanode;

import io.elanus.proto.grpc.RecoveryInfo;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.segment.KeySketch;
import io.elanus.storage.segment.ManifestFile;
import io.elanus.storage.segment.SegmentId;
import io.elanus.storage.type.Column;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which keys the segments of a channel may have: says whether a row that replaces earlier ones needs a delta.
///
/// It needs none when no other segment may have its key: then there is no older row, or it is in the row's own
/// segment, and a segment ends older rows of its keys itself, growing, sealed and when it is compacted. An answer
/// is wrong in one direction only: a delta too many.
///
/// The keys of rows that come are remembered by segment from the start. Those in files when the channel was opened
/// are read beside ([#read]); until they are there ([#learn]), and for good once memory is short, every key may be
/// anywhere. A segment that compaction makes has no keys that its sources did not have; one that is imported makes
/// the channel start over.
///
/// Owned by the channel's buffers; one thread at a time. Memory comes out of the node's [KeyBudget].
final class ChannelKeys implements AutoCloseable {
    private final KeyBudget budget;
    private final Map<Long, KeySketch> seen = new HashMap<>();
    private Map<Long, KeySketch> stored = Map.of();
    private boolean known;
    private boolean gaveUp;
    private long taken;

    /// @param known nothing is in files
    ChannelKeys(KeyBudget budget, boolean known) {
        this.budget = budget;
        this.known = known;
    }

    /// Segments of the channel with rows in files.
    static List<SegmentInfo> stored(RecoveryInfo recovery) {
        return recovery.getSegmentsList().stream()
                .filter(segment -> segment.getLevel() != SegmentLevel.L0 && segment.getRows() > 0)
                .toList();
    }

    /// Reads the keys of these segments; null: they do not fit. Blocks on I/O. The caller gives the memory back or
    /// hands it over with [#learn].
    static @Nullable Map<Long, KeySketch> read(
            List<SegmentInfo> stored, Column key, ObjectStore objects, NodeMemory memory) {
        KeyBudget budget = memory.keys();
        var read = new HashMap<Long, KeySketch>();
        var taken = new long[1];
        boolean whole = false;
        try {
            for (SegmentInfo segment : stored) {
                var id = new SegmentId(segment.getTableId(), segment.getPartitionId(), segment.getSegmentId());
                var manifest =
                        ManifestFile.load(objects, id, segment.getManifest()).manifest();
                KeySketch sketch = KeySketch.load(
                        objects,
                        manifest,
                        key,
                        bytes -> {
                            boolean took = budget.take(bytes);
                            taken[0] += took ? bytes : 0;
                            return took;
                        },
                        memory.rows());
                if (sketch == null) {
                    return null;
                }
                read.put(segment.getSegmentId(), sketch);
            }
            whole = true;
            return read;
        } finally {
            if (!whole) {
                budget.giveBack(taken[0]);
            }
        }
    }

    /// Memory of sketches that nobody will learn.
    static void giveBack(Map<Long, KeySketch> read, KeyBudget budget) {
        budget.giveBack(read.values().stream().mapToLong(KeySketch::memoryBytes).sum());
    }

    /// Takes over the keys that were in files.
    void learn(Map<Long, KeySketch> read) {
        if (gaveUp) {
            giveBack(read, budget);
            return;
        }
        stored = read;
        taken += read.values().stream().mapToLong(KeySketch::memoryBytes).sum();
        known = true;
    }

    /// May a segment other than this one have the key?
    boolean mayBeBeside(long segmentId, long keyHash) {
        return !known || isBeside(stored, segmentId, keyHash) || isBeside(seen, segmentId, keyHash);
    }

    private static boolean isBeside(Map<Long, KeySketch> segments, long segmentId, long keyHash) {
        for (Map.Entry<Long, KeySketch> segment : segments.entrySet()) {
            if (segment.getKey() != segmentId && segment.getValue().mayContain(keyHash)) {
                return true;
            }
        }
        return false;
    }

    /// The segment has the key from now on.
    void add(long segmentId, long keyHash) {
        if (gaveUp) {
            return;
        }
        KeySketch sketch = seen.computeIfAbsent(segmentId, _ -> new KeySketch());
        long before = sketch.memoryBytes();
        sketch.add(keyHash);
        long more = sketch.memoryBytes() - before;
        if (more > 0 && !budget.take(more)) {
            giveUp();
        } else {
            taken += more;
        }
    }

    private void giveUp() {
        gaveUp = true;
        known = false;
        close();
    }

    @Override
    public void close() {
        seen.clear();
        stored = Map.of();
        budget.giveBack(taken);
        taken = 0;
    }
}
