package io.elanus.storage.compute;

/// How many rows each group was given; shared by the accumulators that are given the same ones, which then need to
/// count only what differs: NULLs, and the counts of merged states.
final class GroupRows {
    private long[] counts = new long[0];

    void grow(int count) {
        counts = Growth.longs(counts, count);
    }

    void add(int[] groups, int count) {
        long[] own = counts;
        for (int i = 0; i < count; i++) {
            own[groups[i]]++;
        }
    }

    void addToOne(int count) {
        counts[0] += count;
    }

    void absorb(GroupRows other, int[] theirs, int[] groups, int count) {
        for (int i = 0; i < count; i++) {
            counts[groups[i]] += other.of(theirs[i]);
        }
    }

    long of(int group) {
        return group < counts.length ? counts[group] : 0;
    }

    long heapBytes() {
        return 8L * counts.length;
    }
}
