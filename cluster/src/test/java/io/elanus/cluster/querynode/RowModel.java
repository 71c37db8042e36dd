package io.elanus.cluster.querynode;

import io.elanus.storage.type.HybridTime;
import io.elanus.storage.visibility.Visibility;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/// Every version of every row that was ever written: what reads are compared with.
final class RowModel {
    /// @param vector of [ShardWorld#DIMENSION] elements
    @SuppressWarnings("ArrayRecordComponent")
    record Row(long key, int value, float[] vector, long ts) {}

    private final List<Row> rows = new ArrayList<>();
    private final List<Long> ends = new ArrayList<>();

    void insert(Row row) {
        rows.add(row);
        ends.add(HybridTime.MAX);
    }

    /// A write of the key at `ts` that is no new row by itself.
    void end(long key, long ts) {
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).key() == key) {
                ends.set(i, Visibility.end(rows.get(i).ts(), ends.get(i), ts));
            }
        }
    }

    List<Row> visible(long readTs) {
        List<Row> found = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            if (Visibility.visible(rows.get(i).ts(), ends.get(i), readTs)) {
                found.add(rows.get(i));
            }
        }
        return found;
    }

    List<Long> keys(long readTs, Predicate<Row> filter) {
        return visible(readTs).stream().filter(filter).map(Row::key).sorted().toList();
    }

    /// Keys of the k nearest by Euclidean distance, ties by key.
    List<Long> nearest(long readTs, float[] query, int k, Predicate<Row> filter) {
        return visible(readTs).stream()
                .filter(filter)
                .sorted(Comparator.comparingDouble((Row row) -> distance(row.vector(), query))
                        .thenComparingLong(Row::key))
                .limit(k)
                .map(Row::key)
                .toList();
    }

    static double distance(float[] left, float[] right) {
        float sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += (left[i] - right[i]) * (left[i] - right[i]);
        }
        return sum;
    }

    /// A key that is visible at `ts`, or -1.
    long someKey(long ts, int pick) {
        long[] keys = visible(ts).stream().mapToLong(Row::key).toArray();
        Arrays.sort(keys);
        return keys.length == 0 ? -1 : keys[Math.floorMod(pick, keys.length)];
    }
}
