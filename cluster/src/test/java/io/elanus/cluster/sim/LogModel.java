package io.elanus.cluster.sim;

import io.elanus.storage.log.LogMessage;
import io.elanus.storage.segment.ArrowBatches;
import io.elanus.storage.segment.KeyReader;
import io.elanus.storage.type.Shard;
import io.elanus.storage.type.TableSchema;
import io.elanus.storage.visibility.Keys;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// What a table of two numbers holds at a time, by replaying the log: the plain meaning of all that segments,
/// flushes, handoffs and compactions must not change.
final class LogModel {
    /// What one message does: a value, or none where the key is deleted.
    private record Effect(Map<Long, Long> rows, Iterable<Long> deletes) {}

    private final SimChecks checks;
    private final BufferAllocator memory;
    private final Map<SimChecks.Accepted, Effect> decoded = new HashMap<>();

    LogModel(SimChecks checks, BufferAllocator memory) {
        this.checks = checks;
        this.memory = memory;
    }

    SortedMap<Long, Long> at(TableSchema table, long ts) {
        var state = new TreeMap<Long, Long>();
        for (Shard shard : table.shards()) {
            checks.accepted(shard.vchannel()).headMap(ts + 1).values().forEach(accepted -> apply(accepted, state));
        }
        return state;
    }

    private void apply(SimChecks.Accepted accepted, Map<Long, Long> state) {
        if (accepted.message().header().hasWrite()) {
            Effect effect = decoded.computeIfAbsent(accepted, one -> decode(one.message()));
            effect.deletes.forEach(state::remove);
            state.putAll(effect.rows);
        }
    }

    private Effect decode(LogMessage message) {
        var rows = new TreeMap<Long, Long>();
        if (message.rows().hasRemaining()) {
            try (VectorSchemaRoot batch = ArrowBatches.decode(message.rows(), memory)) {
                addTo(rows, batch);
            }
        }
        var deletes = new TreeMap<Long, Long>();
        if (message.deletes().hasRemaining()) {
            try (VectorSchemaRoot batch = ArrowBatches.decode(message.deletes(), memory)) {
                KeyReader keys = KeyReader.ofBatch(batch);
                for (int row = 0; row < batch.getRowCount(); row++) {
                    deletes.put(Keys.toLong(keys.key(row)), 0L);
                }
            }
        }
        return new Effect(rows, deletes.keySet());
    }

    /// Adds the rows of a batch; a key that is there already is a failure.
    static void addTo(Map<Long, Long> rows, VectorSchemaRoot batch) {
        for (int row = 0; row < batch.getRowCount(); row++) {
            long key = ((BigIntVector) batch.getVector(0)).get(row);
            if (rows.put(key, ((BigIntVector) batch.getVector(1)).get(row)) != null) {
                throw new SimFailure("R-102: key [%d] was seen twice".formatted(key));
            }
        }
    }
}
