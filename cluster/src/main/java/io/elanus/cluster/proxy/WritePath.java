package io.elanus.cluster.proxy;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.client.LeaseGuard;
import io.elanus.cluster.proxy.SegmentSpaces.Space;
import io.elanus.cluster.proxy.ShardWrites.Part;
import io.elanus.cluster.proxy.TableAccess.WriteReceipt;
import io.elanus.cluster.runtime.EventLoop;
import io.elanus.cluster.runtime.Failures;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.LogHeader;
import io.elanus.proto.grpc.Write;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.log.Durability;
import io.elanus.storage.log.LogMessageCodec;
import io.elanus.storage.type.TableSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Carries a statement's rows and deletes into the log. Lives on the loop.
///
/// An attempt takes segment space, then a timestamp, then appends one message per shard. It is acknowledged only if
/// every append completed while the lease under which it began was certainly valid: then no tick can have passed
/// its timestamp. Otherwise it may be in the log or not. A statement that wrote under locks is then sent again
/// under a later timestamp with the same request id, replacing what the attempt before may have left, and its
/// outcome is unknown only when its time is up; one that did not look is never sent twice, see the package.
final class WritePath {
    private static final Duration RETRY = Duration.ofMillis(20);
    /// Larger messages are encoded by a worker.
    private static final int ENCODED_ON_LOOP = 64 << 10;

    /// @param replaces  rows end earlier rows with their keys
    /// @param locks     under which it was decided; null: it did not look
    record Statement(
            String requestId,
            TableSchema table,
            List<Part> parts,
            boolean replaces,
            KeyLocks.@Nullable Held locks,
            Duration timeout) {}

    private final RoleContext context;
    private final TimestampSource timestamps;
    private final SegmentSpaces spaces;
    private final InFlightWrites writes;
    private final ProxyLease lease;
    private final long maxMessage;

    WritePath(
            RoleContext context,
            TimestampSource timestamps,
            SegmentSpaces spaces,
            InFlightWrites writes,
            ProxyLease lease,
            long maxMessage) {
        this.context = context;
        this.timestamps = timestamps;
        this.spaces = spaces;
        this.writes = writes;
        this.lease = lease;
        this.maxMessage = maxMessage;
    }

    CompletableFuture<WriteReceipt> write(Statement statement) {
        for (Part part : statement.parts) {
            if (part.bytes() > maxMessage) {
                return CompletableFuture.failedFuture(new ClusterException(
                        ErrorCode.LIMIT_EXCEEDED,
                        "The rows of one statement take [%d] bytes, the limit is [%d]. Send fewer rows at a time."
                                .formatted(part.bytes(), maxMessage)));
            }
        }
        var run = new Run(statement);
        run.begin();
        return run.receipt;
    }

    /// One statement until it is decided.
    private final class Run {
        private final Statement statement;
        private final CompletableFuture<WriteReceipt> receipt = new CompletableFuture<>();
        private final EventLoop.Timer deadline;
        private boolean sent;
        private @Nullable Throwable lastFailure;

        Run(Statement statement) {
            this.statement = statement;
            this.deadline = context.loop().schedule(statement.timeout, this::timedOut);
        }

        void begin() {
            if (!receipt.isDone()) {
                var _ = lease.held().thenCompose(this::takeSpace).whenComplete((_, error) -> failed(error));
            }
        }

        private CompletableFuture<Void> takeSpace(LeaseGuard held) {
            List<CompletableFuture<Space>> taken =
                    statement.parts.stream().map(part -> takeSpace(held, part)).toList();
            return all(taken).thenCompose(granted -> takeTimestamp(held, granted));
        }

        /// One space per partition of the part's rows, in their order.
        private CompletableFuture<Space> takeSpace(LeaseGuard held, Part part) {
            return all(part.partitions().stream()
                            .map(run -> spaces.take(
                                    held,
                                    new SegmentSpaces.Place(
                                            statement.table.tableId(),
                                            part.shard().vchannel(),
                                            run.partitionId()),
                                    run.rows()))
                            .toList())
                    .thenApply(SegmentSpaces::join);
        }

        private static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> futures) {
            return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
                    .thenApply(
                            _ -> futures.stream().map(CompletableFuture::join).toList());
        }

        private CompletableFuture<Void> takeTimestamp(LeaseGuard held, List<Space> granted) {
            return timestamps.nextToWrite().thenAccept(ts -> {
                if (receipt.isDone()) {
                    return;
                }
                KeyLocks.Held locks = statement.locks;
                if (locks != null && (ts > locks.expiry() || !locks.protects(held) || !locks.isOf(spaces::epoch))) {
                    finish(new ClusterException(
                            sent ? ErrorCode.OUTCOME_UNKNOWN : ErrorCode.STALE_EPOCH,
                            "The locks of the statement ended before it could be written. Send it again."));
                    return;
                }
                boolean expired = granted.stream().anyMatch(space -> ts > space.expiry() || !spaces.isGood(space));
                List<String> pchannels = statement.parts.stream()
                        .map(part -> part.shard().pchannel())
                        .toList();
                if (expired || !held.certainlyValid() || !writes.begin(ts, pchannels)) {
                    again();
                } else {
                    append(held, granted, ts);
                }
            });
        }

        private void append(LeaseGuard held, List<Space> granted, long ts) {
            List<CompletableFuture<Long>> appends = new ArrayList<>();
            boolean replaces = statement.replaces || sent;
            sent = true;
            for (int i = 0; i < statement.parts.size(); i++) {
                Part part = statement.parts.get(i);
                appends.add(append(part, header(part, granted.get(i), ts, replaces)));
            }
            var _ = CompletableFuture.allOf(appends.toArray(CompletableFuture[]::new))
                    .whenCompleteAsync(
                            (_, error) -> {
                                if (error == null && held.certainlyValid()) {
                                    acknowledge(ts);
                                } else {
                                    failed(error == null ? notCertain() : error);
                                }
                            },
                            context.loop());
        }

        private CompletableFuture<Long> append(Part part, LogHeader header) {
            String pchannel = part.shard().pchannel();
            CompletableFuture<byte[]> record = part.bytes() <= ENCODED_ON_LOOP
                    ? CompletableFuture.completedFuture(encode(header, part))
                    : context.workers().compute(() -> encode(header, part));
            return record.thenCompose(bytes -> context.stores().log().append(pchannel, bytes, Durability.DURABLE))
                    .whenCompleteAsync(
                            (_, _) -> {
                                if (writes.end(header.getTs(), pchannel)) {
                                    lease.reportSoon();
                                }
                            },
                            context.loop());
        }

        private LogHeader header(Part part, Space space, long ts, boolean replaces) {
            return LogHeader.newBuilder()
                    .setTs(ts)
                    .setVchannel(part.shard().vchannel())
                    .setSource(context.node())
                    .setWrite(Write.newBuilder()
                            .setRequestId(statement.requestId)
                            .setTableId(statement.table.tableId())
                            .setSchemaVersion(statement.table.version())
                            .addAllSlices(space.slices())
                            .setRowsBytes(part.rowsStream().remaining())
                            .setDeletesBytes(part.deletesStream().remaining())
                            .setReplaces(replaces))
                    .build();
        }

        private static byte[] encode(LogHeader header, Part part) {
            return LogMessageCodec.encode(header, part.rowsStream(), part.deletesStream());
        }

        private void acknowledge(long ts) {
            deadline.cancel();
            long rows = statement.parts.stream().mapToLong(Part::rows).sum();
            long deletes = statement.parts.stream().mapToLong(Part::deletes).sum();
            receipt.complete(new WriteReceipt(ts, rows, deletes));
        }

        private void failed(@Nullable Throwable error) {
            if (error == null) {
                return;
            }
            lastFailure = Failures.unwrap(error);
            ErrorCode code = Failures.code(error).orElse(ErrorCode.INTERNAL);
            if (sent && statement.locks == null) {
                finish(unknown(lastFailure));
            } else if (code.retryable() || code == ErrorCode.UNDEFINED_TABLE || sent) {
                again(); // a new table may not have reached the data coordinator; a sent message may be in the log
            } else {
                finish(Failures.toCluster(error));
            }
        }

        private void again() {
            if (!receipt.isDone()) {
                context.loop().schedule(RETRY, this::begin);
            }
        }

        private void timedOut() {
            Throwable cause = lastFailure;
            if (sent) {
                finish(unknown(cause));
            } else {
                String why = why(cause);
                finish(new ClusterException(
                        ErrorCode.UNAVAILABLE,
                        "The write was not begun in time: %s. Try again.".formatted(why),
                        cause));
            }
        }

        private void finish(ClusterException error) {
            deadline.cancel();
            receipt.completeExceptionally(error);
        }

        private static ClusterException unknown(@Nullable Throwable cause) {
            return new ClusterException(
                    ErrorCode.OUTCOME_UNKNOWN,
                    "The write was sent but not confirmed: %s. It may be there; look before sending it again."
                            .formatted(why(cause)),
                    cause);
        }

        private static String why(@Nullable Throwable cause) {
            return cause == null ? "the log or a coordinator did not answer" : String.valueOf(cause.getMessage());
        }

        private static ClusterException notCertain() {
            return new ClusterException(
                    ErrorCode.UNAVAILABLE, "The proxy's lease was not certain when the log confirmed the write.");
        }
    }
}
