package io.elanus.cluster.indexcoord;

import io.elanus.cluster.indexcoord.IndexStore.StoredTask;
import io.elanus.proto.grpc.IndexInfo;
import io.elanus.proto.grpc.IndexProgress;
import io.elanus.proto.grpc.IndexTask;
import io.elanus.proto.grpc.IndexTaskState;
import io.elanus.proto.grpc.ListSegmentIndexesReply;
import io.elanus.proto.grpc.SegmentIndex;

/// What others are told of indexes and their tasks. Reads the state on the loop.
final class IndexReports {
    private final IndexState state;

    IndexReports(IndexState state) {
        this.state = state;
    }

    /// The tasks of indexes that are not dropped, and the files of those that are finished.
    ///
    /// @param tableId 0: every table
    ListSegmentIndexesReply list(long tableId) {
        var reply = ListSegmentIndexesReply.newBuilder();
        for (StoredTask stored : state.tasks()) {
            IndexTask task = stored.task();
            IndexInfo info = state.findIndex(task.getIndexId());
            boolean listed = (tableId == 0 || task.getTableId() == tableId) && !task.getRecycled();
            if (listed && info != null && !info.getDropped()) {
                add(task, info, reply);
            }
        }
        return reply.build();
    }

    private void add(IndexTask task, IndexInfo info, ListSegmentIndexesReply.Builder reply) {
        boolean finished = task.getState() == IndexTaskState.FINISHED;
        reply.addTasks(task.toBuilder().setProgress(finished ? 1 : state.progress(task.getBuildId())));
        if (finished && !task.getFile().isEmpty()) {
            reply.addIndexes(SegmentIndex.newBuilder()
                    .setSegmentId(task.getSegmentId())
                    .setIndex(info.getIndex())
                    .setBuildId(task.getBuildId())
                    .setFile(task.getFile())
                    .setSize(task.getSize()));
        }
    }

    /// @param settling rows that still grow are being flushed for the index
    IndexProgress progress(long indexId, boolean settling) {
        var progress = IndexProgress.newBuilder();
        int pending = settling ? 1 : 0;
        for (StoredTask stored : state.tasks()) {
            IndexTask task = stored.task();
            if (task.getIndexId() != indexId || task.getRecycled()) {
                continue;
            }
            progress.setRowsTotal(progress.getRowsTotal() + task.getRows());
            switch (task.getState()) {
                case FINISHED -> progress.setRowsIndexed(progress.getRowsIndexed() + task.getRows());
                case FAILED ->
                    progress.setTasksFailed(progress.getTasksFailed() + 1).setLastFailure(task.getFailure());
                case UNISSUED, IN_PROGRESS, RETRY, INDEX_TASK_NONE, UNRECOGNIZED -> {
                    pending++;
                    long done = (long) (task.getRows() * state.progress(task.getBuildId()));
                    progress.setRowsIndexed(progress.getRowsIndexed() + done);
                }
            }
        }
        return progress.setTasksPending(pending).build();
    }
}
