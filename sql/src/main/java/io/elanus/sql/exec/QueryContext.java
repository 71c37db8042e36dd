package io.elanus.sql.exec;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.error.QueryErrors;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Literals;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/// What one run of a statement may use, and its switch. The allocator stays with the caller; its limit is the
/// setting `query_memory`.
public final class QueryContext {
    /// Rows of the batches that operators make.
    static final int BATCH_ROWS = 4096;

    /// How long a statement computes before others get its carrier.
    private static final long SLICE_NANOS = 2_000_000;
    /// A wait for the cluster looks so often whether anybody still wants it.
    private static final long POLL_MILLIS = 50;

    private final String queryId;
    private volatile List<Literal> parameters;
    private final ReadPoint readPoint;
    private final BufferAllocator allocator;
    private final LongSupplier monotonicNanos;
    private final long deadlineNanos;
    private final List<Runnable> onCancel = new CopyOnWriteArrayList<>();
    private volatile boolean cancelled;
    /// When the statement's thread last let others run.
    private long sharedNanos;

    private OptionalInt onlyShard = OptionalInt.empty();
    private @Nullable Profile profile;
    private @Nullable SpillFolder spillFolder;

    /// @param readTs      0: the leader's service timestamp once the guarantee holds
    /// @param guaranteeTs the leader waits until it has seen everything up to here
    /// @param searchParameters the session's ef_search, nprobe and the like, for every top-k
    public record ReadPoint(long readTs, long guaranteeTs, Map<String, String> searchParameters) {
        public ReadPoint {
            searchParameters = Map.copyOf(searchParameters);
        }
    }

    /// @param parameters    one per parameter of the plan, of its type
    /// @param deadlineNanos by `monotonicNanos`; [Long#MAX_VALUE]: none
    public QueryContext(
            String queryId,
            List<Literal> parameters,
            ReadPoint readPoint,
            BufferAllocator allocator,
            LongSupplier monotonicNanos,
            long deadlineNanos) {
        this.queryId = queryId;
        this.parameters = List.copyOf(parameters);
        this.readPoint = readPoint;
        this.allocator = allocator;
        this.monotonicNanos = monotonicNanos;
        this.deadlineNanos = deadlineNanos;
        this.sharedNanos = monotonicNanos.getAsLong();
    }

    public String queryId() {
        return queryId;
    }

    public List<Literal> parameters() {
        return parameters;
    }

    /// Gives a parameter that a subquery has the value of. Before anything of the plan that uses it is started.
    void give(int index, Literal value) {
        var given = new ArrayList<>(parameters);
        while (given.size() <= index) {
            given.add(Literals.NULL);
        }
        given.set(index, value);
        parameters = List.copyOf(given);
    }

    public ReadPoint readPoint() {
        return readPoint;
    }

    public BufferAllocator allocator() {
        return allocator;
    }

    /// Has every operator of the run counted. Before it begins.
    public void measure(Profile into) {
        profile = into;
    }

    /// Has tables read at one of their shards, by its place in the table's list. Before it begins.
    public void readOnly(int shard) {
        onlyShard = OptionalInt.of(shard);
    }

    OptionalInt onlyShard() {
        return onlyShard;
    }

    /// Lets operators put rows on disk that they cannot hold. Before it begins.
    public void spillTo(SpillFolder folder) {
        spillFolder = folder;
    }

    Optional<SpillFolder> spillFolder() {
        return Optional.ofNullable(spillFolder);
    }

    Optional<Profile> profile() {
        return Optional.ofNullable(profile);
    }

    /// By the clock of the deadline.
    public long nanos() {
        return monotonicNanos.getAsLong();
    }

    /// Nanoseconds left; [Long#MAX_VALUE] without a deadline.
    public long remainingNanos() {
        return deadlineNanos == Long.MAX_VALUE ? Long.MAX_VALUE : deadlineNanos - monotonicNanos.getAsLong();
    }

    /// Throws CANCELLED once the statement was cancelled or its deadline has passed.
    ///
    /// A statement runs on a virtual thread: no more of those compute at once than there are processors, and
    /// none is interrupted for another. One that computes for long therefore lets others run here, or nobody
    /// would hear a cancel while as many statements run as there are processors.
    @SuppressWarnings("ThreadPriorityCheck") // the scheduler of virtual threads has no other way to be fair
    public void check() {
        if (Thread.currentThread().isVirtual() && monotonicNanos.getAsLong() - sharedNanos > SLICE_NANOS) {
            Thread.yield();
            sharedNanos = monotonicNanos.getAsLong();
        }
        // Who cancels a statement that is still being started, as changes are, interrupts its thread.
        if (cancelled || Thread.currentThread().isInterrupted()) {
            throw new QueryException(ErrorCode.CANCELLED, "Statement [%s] was cancelled.".formatted(queryId));
        }
        if (remainingNanos() <= 0) {
            throw new QueryException(
                    ErrorCode.CANCELLED,
                    "Statement [%s] reached its timeout.".formatted(queryId),
                    "Set a longer statement timeout or narrow the query.");
        }
    }

    /// From any thread: makes the statement fail with CANCELLED.
    public void cancel() {
        cancelled = true;
        onCancel.forEach(Runnable::run);
    }

    public boolean cancelled() {
        return cancelled;
    }

    /// Adds what wakes the statement's thread while it waits for something, such as the streams of a scan. It may
    /// be called by any thread, and more than once.
    public void onCancel(Runnable action) {
        onCancel.add(action);
        if (cancelled) {
            action.run();
        }
    }

    /// Waits for the cluster; notices a cancel or the deadline soon.
    public <T> T await(CompletableFuture<T> future) {
        try {
            return poll(future);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QueryException(ErrorCode.CANCELLED, "The statement was interrupted.");
        }
    }

    /// The same for who has something to do when its thread is interrupted.
    <T> T poll(CompletableFuture<T> future) throws InterruptedException {
        while (true) {
            check();
            try {
                return future.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // Not yet: look whether anybody still wants it.
                continue;
            } catch (ExecutionException e) {
                throw QueryErrors.of(e);
            }
        }
    }
}
