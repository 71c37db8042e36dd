package io.elanus.cluster.exchange;

import io.elanus.proto.grpc.FragmentStatistics;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// A stream of Arrow batches of one schema, pulled by one consumer at a time. [#next] may block; call it from a
/// virtual thread or a worker. Closing early cancels the producer and frees what was not taken.
public interface BatchStream extends AutoCloseable {
    Schema schema();

    /// The next batch, owned by the caller from now on, or null at the end.
    @Nullable
    VectorSchemaRoot next();

    /// Would [#next] answer without working or waiting? By the consumer's thread.
    default boolean isReady() {
        return false;
    }

    /// What the producer counted; complete once [#next] has returned null. Before that, of a fragment with
    /// `analyze`: at least what it had counted when it made the batch that [#next] returned last.
    FragmentStatistics statistics();

    /// Nobody wants more: a [#next] that runs may fail with CANCELLED soon instead of working on. Any thread; does
    /// not block, and frees nothing.
    default void cancel() {}

    @Override
    void close();
}
