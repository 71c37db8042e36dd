package io.elanus.cluster.querynode.fragment;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.exchange.BatchStream;
import io.elanus.proto.grpc.FragmentStatistics;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.memory.MappedFault;
import io.elanus.storage.segment.ArrowBatches;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// The answer to a fragment. Owns the producer, the fragment's memory and its view, and frees them at the end,
/// after an error, or when it is closed early; a close that meets a running [#next] stops it first.
final class FragmentStream implements BatchStream {
    private final Schema schema;
    private final RowProducer producer;
    private final FragmentResources resources;
    private final BufferAllocator results;
    private final ReentrantLock lock = new ReentrantLock();
    /// Made ahead of the first [#next].
    private @Nullable VectorSchemaRoot made;
    private boolean finished;

    FragmentStream(Schema schema, RowProducer producer, FragmentResources resources, BufferAllocator results) {
        this.schema = schema;
        this.producer = producer;
        this.resources = resources;
        this.results = results;
    }

    @Override
    public Schema schema() {
        return schema;
    }

    /// Makes the first batch, and looks whether there is a second. Before anybody else has the stream; for a producer
    /// with little to do, which the thread that found the rows does at once.
    FragmentStream ahead() {
        made = next();
        if (made != null && producer.isDrained()) {
            lock.lock();
            try {
                finish();
            } finally {
                lock.unlock();
            }
        }
        return this;
    }

    @Override
    public boolean isReady() {
        if (!lock.tryLock()) {
            return false;
        }
        try {
            return made != null || finished;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        lock.lock();
        try {
            VectorSchemaRoot ready = made;
            if (ready != null) {
                made = null;
                return ready;
            }
            if (finished) {
                resources.guard().check();
                return null;
            }
            long from = resources.guard().nanos();
            VectorSchemaRoot batch = produce();
            resources.tally().nanos.add(resources.guard().nanos() - from);
            if (batch == null) {
                finish();
                return null;
            }
            return ArrowBatches.move(batch, results);
        } catch (RuntimeException e) {
            finish();
            throw translated(e, resources);
        } catch (InternalError e) { // a mapped file may fault
            RuntimeException told = MappedFault.is(e) ? resources.lostFiles().explain(e, resources.view()) : null;
            finish();
            if (told == null) {
                throw e;
            }
            throw told;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable VectorSchemaRoot produce() {
        resources.guard().check();
        return producer.produce();
    }

    @Override
    public FragmentStatistics statistics() {
        return resources.tally().statistics(resources.readTs());
    }

    @Override
    public void cancel() {
        resources.guard().cancel();
    }

    @Override
    public void close() {
        cancel();
        lock.lock();
        try {
            if (made != null) {
                made.close();
                made = null;
            }
            finish();
        } finally {
            lock.unlock();
        }
    }

    private void finish() {
        if (!finished) {
            finished = true;
            try {
                producer.close();
            } finally {
                resources.close();
            }
        }
    }

    /// Says that the query's memory is used up in the query's terms.
    static RuntimeException translated(RuntimeException error, FragmentResources resources) {
        return error instanceof OutOfMemoryException
                ? new ClusterException(
                        ErrorCode.OUT_OF_MEMORY,
                        "Query [%s] needs more than its [%d] bytes on a query node. Ask for fewer rows or columns, or raise its memory limit."
                                .formatted(
                                        resources.queryId(), resources.memory().getLimit()),
                        error)
                : error;
    }
}
