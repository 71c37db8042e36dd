package io.elanus.cluster.indexcoord;

import io.elanus.proto.grpc.IndexTask;

/// Keys of index files: `index_files/<build>/<version>/<segment>`.
public final class IndexFiles {
    static final String PREFIX = "index_files/";

    private IndexFiles() {}

    static String prefix(long buildId) {
        return PREFIX + buildId + "/";
    }

    /// Where the node that builds this version of the task puts its file.
    public static String key(IndexTask task) {
        return prefix(task.getBuildId()) + task.getVersion() + "/" + task.getSegmentId();
    }

    /// -1: not a key of ours.
    static long buildId(String key) {
        String[] parts = key.split("/", -1);
        try {
            return parts.length == 4 ? Long.parseLong(parts[1]) : -1;
        } catch (NumberFormatException _) {
            return -1;
        }
    }
}
