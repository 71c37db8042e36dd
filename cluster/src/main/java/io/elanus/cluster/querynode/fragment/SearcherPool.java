package io.elanus.cluster.querynode.fragment;

import io.elanus.storage.index.VectorIndex.Searcher;
import java.util.ArrayDeque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Idle searchers of one index, or of one segment's vectors. A searcher keeps its scratch memory between queries,
/// so a warm one allocates nothing. Any thread; owned by whoever owns what it searches.
public final class SearcherPool implements AutoCloseable {
    private final Supplier<Searcher> maker;
    private final ArrayDeque<Searcher> idle = new ArrayDeque<>();
    private boolean closed;

    public SearcherPool(Supplier<Searcher> maker) {
        this.maker = maker;
    }

    /// The caller gives it back, or closes it after a failure.
    Searcher take() {
        Searcher searcher;
        synchronized (idle) {
            searcher = idle.pollLast();
        }
        return searcher == null ? maker.get() : searcher;
    }

    void give(Searcher searcher) {
        boolean kept;
        synchronized (idle) {
            kept = !closed;
            if (kept) {
                idle.addLast(searcher);
            }
        }
        if (!kept) {
            searcher.close();
        }
    }

    @Override
    public void close() {
        synchronized (idle) {
            closed = true;
        }
        for (@Nullable Searcher searcher = idle.poll(); searcher != null; searcher = idle.poll()) {
            searcher.close();
        }
    }
}
