package io.elanus.cluster.exchange;

import io.elanus.proto.grpc.FragmentStatistics;
import org.apache.arrow.vector.types.pojo.Schema;

/// One message of an answer.
sealed interface Reply {
    record Start(Schema schema) implements Reply {}

    record Batch(BatchMessage message) implements Reply {}

    /// A batch that came from another process, still as bytes: it takes the stream's schema to read them.
    @SuppressWarnings("ArrayRecordComponent")
    record EncodedBatch(byte[] bytes) implements Reply {}

    /// What the producer has counted so far; the last of them is the whole.
    record Counts(FragmentStatistics statistics) implements Reply {}
}
