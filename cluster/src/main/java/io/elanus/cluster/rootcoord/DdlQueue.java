package io.elanus.cluster.rootcoord;

import io.elanus.cluster.ClusterException;
import io.elanus.proto.grpc.DdlReply;
import io.elanus.proto.grpc.DdlRequest;
import io.elanus.proto.grpc.PendingDdl;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.meta.Txn;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Carries out DDL statements one after the other. Lives on the loop.
///
/// A statement that is sent again while it runs or after it is done gets the answer of the first, over restarts
/// too, for the newest [#MAX_REMEMBERED] statements.
final class DdlQueue {
    static final int MAX_WAITING = 1_024;
    static final int MAX_REMEMBERED = 1_000;

    private record Job(DdlRequest request, CompletableFuture<DdlReply> answer) {}

    private final RootConfig config;
    private final Supplier<CompletableFuture<Long>> timestamps;
    private final Supplier<CompletableFuture<Long>> ids;
    private final Fenced store;
    private final PendingWork work;
    private final CatalogFeed feed;
    private final ArrayDeque<Job> waiting = new ArrayDeque<>();
    private final Map<String, CompletableFuture<DdlReply>> running = new HashMap<>();
    private final Map<String, DdlReply> answers = new HashMap<>();
    /// Answered requests by the timestamp of their statement, to forget the oldest first.
    private final TreeMap<Long, String> answered = new TreeMap<>();
    private CatalogState catalog;
    private boolean busy;

    DdlQueue(RootConfig config, RootTerm.Numbers numbers, Fenced store, PendingWork work, CatalogFeed feed) {
        this.config = config;
        this.timestamps = numbers.timestamps();
        this.ids = numbers.ids();
        this.store = store;
        this.work = work;
        this.feed = feed;
        this.catalog = CatalogState.EMPTY;
    }

    CatalogState catalog() {
        return catalog;
    }

    /// Goes on from what the store holds; the work that was left is started. Who sends its statement again waits for
    /// that work as who sent it first.
    void recover(RootStored stored) {
        catalog = stored.catalog();
        stored.answers().forEach(this::remember);
        for (PendingDdl left : stored.pending()) {
            running.put(left.getRequestId(), new CompletableFuture<>());
            start(left);
        }
        publish();
    }

    CompletableFuture<DdlReply> execute(DdlRequest request) {
        String id = request.getRequestId();
        CompletableFuture<DdlReply> same = running.get(id);
        if (same != null) {
            return same;
        }
        DdlReply before = answers.get(id);
        if (before != null) {
            return CompletableFuture.completedFuture(
                    before.toBuilder().setCatalogVersion(feed.version()).build());
        }
        if (id.isEmpty()) {
            throw new ClusterException(ErrorCode.PROTOCOL_VIOLATION, "A DDL request without a request id.");
        }
        if (waiting.size() >= MAX_WAITING) {
            throw new ClusterException(
                    ErrorCode.UNAVAILABLE, "[%d] DDL statements are waiting. Try again later.".formatted(MAX_WAITING));
        }
        var answer = new CompletableFuture<DdlReply>();
        running.put(id, answer);
        waiting.add(new Job(request, answer));
        next();
        return answer;
    }

    void close() {
        waiting.clear();
        Map<String, CompletableFuture<DdlReply>> open = Map.copyOf(running);
        running.clear();
        open.values().forEach(answer -> answer.completeExceptionally(RootCoord.notServing()));
    }

    private void next() {
        if (busy || waiting.isEmpty()) {
            return;
        }
        busy = true;
        Job job = waiting.remove();
        var _ = timestamps
                .get()
                .thenCompose(ts -> ids.get().thenCompose(id -> carryOut(job, ts, id)))
                .whenComplete((_, error) -> {
                    if (error != null) {
                        running.remove(job.request.getRequestId(), job.answer);
                        job.answer.completeExceptionally(error);
                    }
                    busy = false;
                    next();
                });
    }

    /// Completes when the statement is committed.
    private CompletableFuture<Void> carryOut(Job job, long ts, long newId) {
        DdlRules.Outcome outcome =
                DdlRules.apply(catalog, job.request, new DdlRules.Given(ts, newId, config.pchannels()));
        String requestId = job.request.getRequestId();
        DdlReply reply =
                DdlReply.newBuilder().setTs(ts).setObjectId(outcome.objectId()).build();
        if (outcome.writes().isEmpty()) {
            running.remove(requestId, job.answer);
            job.answer.complete(
                    reply.toBuilder().setCatalogVersion(feed.version()).build());
            return CompletableFuture.completedFuture(null);
        }
        PendingDdl pending = outcome.pending().toBuilder()
                .setRequestId(requestId)
                .setReply(reply)
                .build();
        return store.commit(transaction(outcome, pending)).thenRun(() -> {
            catalog = outcome.state();
            start(pending);
        });
    }

    private Txn.Builder transaction(DdlRules.Outcome outcome, PendingDdl pending) {
        Txn.Builder txn = Txn.always();
        for (Txn.Operation write : outcome.writes()) {
            switch (write) {
                case Txn.Operation.Put put -> txn.put(put.key(), put.value());
                case Txn.Operation.Delete delete -> txn.delete(delete.key());
            }
        }
        txn.put(RootKeys.NEWEST, RootStored.number(pending.getId()));
        txn.put(RootKeys.request(pending.getRequestId()), pending.getReply().toByteString());
        if (pending.getStepsCount() > 0) {
            txn.put(RootKeys.pending(pending.getId()), pending.toByteString());
        }
        if (answered.size() >= MAX_REMEMBERED) {
            txn.delete(RootKeys.request(answered.firstEntry().getValue()));
        }
        return txn;
    }

    /// Starts a committed statement's work. What it drops is hidden at once and answered at once; what it creates
    /// or changes is shown and answered when the work is done.
    private void start(PendingDdl pending) {
        boolean hides = pending.getHidesTableId() != 0 || pending.getHidesIndexId() != 0 || pending.hasShowsTable();
        if (pending.getStepsCount() == 0) {
            finish(pending);
            return;
        }
        CompletableFuture<Void> done = work.run(pending);
        if (!hides) {
            finish(pending);
        }
        var _ = done.thenRun(() -> {
            if (hides) {
                finish(pending);
            }
            var _ = store.commitIdempotent(Txn.always().delete(RootKeys.pending(pending.getId())));
        });
    }

    private void finish(PendingDdl pending) {
        remember(pending.getRequestId(), pending.getReply());
        CompletableFuture<DdlReply> answer = running.remove(pending.getRequestId());
        var _ = publish().thenRun(() -> {
            if (answer != null) {
                answer.complete(pending.getReply().toBuilder()
                        .setCatalogVersion(feed.version())
                        .build());
            }
        });
    }

    private CompletableFuture<Void> publish() {
        return timestamps.get().thenAccept(version -> feed.publish(version, catalog, work.open()));
    }

    private void remember(String requestId, @Nullable DdlReply reply) {
        if (reply != null && answers.put(requestId, reply) == null) {
            answered.put(reply.getTs(), requestId);
            if (answered.size() > MAX_REMEMBERED) {
                answers.remove(answered.pollFirstEntry().getValue());
            }
        }
    }
}
