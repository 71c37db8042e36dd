package io.elanus.cluster.querynode.fragment;

import org.apache.arrow.memory.BufferAllocator;

/// What one running fragment holds. Closed once, when all work on it has ended.
///
/// @param memory the fragment's own, with its limit
record FragmentResources(
        String queryId,
        long readTs,
        ReadView view,
        BufferAllocator memory,
        Guard guard,
        Tally tally,
        LostFiles lostFiles)
        implements AutoCloseable {
    @Override
    public void close() {
        try {
            memory.close();
        } finally {
            view.close();
        }
    }
}
