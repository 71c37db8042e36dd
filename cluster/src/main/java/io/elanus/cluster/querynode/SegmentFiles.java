package io.elanus.cluster.querynode;

import io.elanus.proto.grpc.SegmentIndex;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.storage.segment.DeltaBatch;
import io.elanus.storage.segment.GrowingSegment;
import io.elanus.storage.segment.Segment;
import io.elanus.storage.type.TableSchema;
import java.util.function.Consumer;

/// Opens what is persisted. Blocks: called on I/O workers.
interface SegmentFiles {
    /// Maps a flushed segment. Owned by the caller.
    Segment openSealed(SegmentInfo info, TableSchema schema);

    /// A growing segment with the rows of it that are persisted. Owned by the caller.
    GrowingSegment openGrowing(SegmentInfo info, TableSchema schema);

    /// The deletes of an L0 segment.
    DeltaBatch loadDeletes(SegmentInfo info);

    /// Maps an index of an open segment.
    ///
    /// @param onDamaged told by searches that cannot use the index, with the reason; on any thread
    ServedIndex openIndex(SegmentIndex index, ServedSegment segment, TableSchema schema, Consumer<Throwable> onDamaged);
}
