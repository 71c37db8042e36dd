package io.elanus.cluster.querynode.fragment;

import io.elanus.cluster.ClusterException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.object.ObjectStore.ObjectInfo;
import java.util.Map;
import java.util.Optional;

/// Finds out why mapped rows could not be read: which file is not what it was when it was opened.
final class LostFiles {
    private final ObjectStore objects;

    LostFiles(ObjectStore objects) {
        this.objects = objects;
    }

    /// The error for a read that met a fault ([io.elanus.storage.memory.MappedFault]). Blocks on I/O.
    ClusterException explain(InternalError fault, ReadView view) {
        for (SegmentView segment : view.segments()) {
            for (Map.Entry<String, Long> file : segment.files().entrySet()) {
                Optional<ObjectInfo> now = objects.find(file.getKey());
                if (now.isEmpty() || now.get().bytes() != file.getValue()) {
                    return new ClusterException(
                            ErrorCode.CORRUPT,
                            "Object [%s] was cut off while it was in use: it had [%d] bytes and has [%d] now. Restore it from a copy and restart the server."
                                    .formatted(
                                            file.getKey(),
                                            file.getValue(),
                                            now.map(ObjectInfo::bytes).orElse(0L)),
                            fault);
                }
            }
        }
        return new ClusterException(
                ErrorCode.CORRUPT,
                "Rows of the segments [%s] could not be read: the disk does not give a file that is in use. Check the data disk and restart the server."
                        .formatted(view.segments().stream()
                                .map(segment ->
                                        Long.toString(segment.rows().id().segmentId()))
                                .collect(java.util.stream.Collectors.joining(", "))),
                fault);
    }
}
