package io.elanus.cluster.querynode.fragment;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// The segments that one read sees: every row of its vchannel up to the leader's service timestamp stands in
/// exactly one of them. Whoever holds it closes it, once all work on it has ended.
public final class ReadView implements AutoCloseable {
    private final List<SegmentView> segments;
    private final Runnable release;
    private final AtomicBoolean released = new AtomicBoolean();

    public ReadView(List<SegmentView> segments, Runnable release) {
        this.segments = List.copyOf(segments);
        this.release = release;
    }

    List<SegmentView> segments() {
        return segments;
    }

    @Override
    public void close() {
        if (released.compareAndSet(false, true)) {
            release.run();
        }
    }
}
