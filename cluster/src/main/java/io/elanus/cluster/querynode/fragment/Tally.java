package io.elanus.cluster.querynode.fragment;

import io.elanus.proto.grpc.FragmentStatistics;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// What a fragment counts while it runs. Any thread.
final class Tally {
    final LongAdder segmentsSearched = new LongAdder();
    final LongAdder segmentsPruned = new LongAdder();
    final LongAdder rowsScanned = new LongAdder();
    final LongAdder rowsPassed = new LongAdder();
    final LongAdder distances = new LongAdder();
    final LongAdder bytesRead = new LongAdder();
    final LongAdder nanos = new LongAdder();
    private final ConcurrentSkipListMap<String, AtomicInteger> strategies = new ConcurrentSkipListMap<>();

    /// A segment was served in this way.
    void strategy(String name) {
        strategies.computeIfAbsent(name, _ -> new AtomicInteger()).incrementAndGet();
    }

    FragmentStatistics statistics(long readTs) {
        var text = new StringBuilder();
        strategies.forEach((name, count) -> text.append(text.isEmpty() ? "" : ", ")
                .append(name)
                .append(" × ")
                .append(count));
        return FragmentStatistics.newBuilder()
                .setSegmentsSearched(segmentsSearched.sum())
                .setSegmentsPruned(segmentsPruned.sum())
                .setRowsScanned(rowsScanned.sum())
                .setRowsPassed(rowsPassed.sum())
                .setDistancesComputed(distances.sum())
                .setBytesRead(bytesRead.sum())
                .setCpuNanos(nanos.sum())
                .setStrategy(text.toString())
                .setReadTs(readTs)
                .build();
    }
}
