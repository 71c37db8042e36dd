package io.elanus.cluster.datanode;

import com.google.protobuf.ByteString;
import io.elanus.cluster.ClusterException;
import io.elanus.storage.ErrorCode;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/// Locks on the keys of one vchannel. A request gets all its keys or waits; requests for a key are served in the
/// order they came, and since one enters the queues of all its keys at once, none waits for the other in a circle.
///
/// A lock ends by [#unlock], or when the channel's tick passes its expiry: no write at or below the expiry can
/// appear any more. A new owner of the channel grants nothing until the locks of the owners before it are fenced
/// ([LockFences]).
///
/// Lives on the loop; pure but for completing futures.
final class KeyLocks {
    private final int maxKeys;
    private final int maxWaiting;
    private final BooleanSupplier owned;
    private final Map<ByteString, ArrayDeque<Request>> queues = new HashMap<>();
    private final Map<String, Request> requests = new HashMap<>();
    private final Set<Request> ready = new LinkedHashSet<>();
    private long tick;
    private boolean open;

    private static final class Request {
        private final String id;
        private final Set<ByteString> keys;
        private final long expiry;
        private final CompletableFuture<Long> answer = new CompletableFuture<>();
        private int behind;
        private boolean held;

        Request(String id, List<ByteString> keys, long expiry) {
            this.id = id;
            this.keys = new LinkedHashSet<>(keys);
            this.expiry = expiry;
        }
    }

    /// @param owned is the channel certainly ours right now?
    KeyLocks(DataNodeConfig.Locks config, BooleanSupplier owned) {
        this.maxKeys = config.maxKeys();
        this.maxWaiting = config.maxWaiting();
        this.owned = owned;
    }

    /// No lock of an owner before this one counts any more.
    void open() {
        open = true;
        grant();
    }

    /// Completes with the expiry of the lock once it is held. The same request again gets the same answer.
    CompletableFuture<Long> lock(String requestId, List<ByteString> keys, long expiry) {
        Request known = requests.get(requestId);
        if (known != null) {
            return known.answer;
        }
        if (keys.size() > maxKeys || requests.size() >= maxWaiting) {
            return CompletableFuture.failedFuture(new ClusterException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "A statement may change [%d] keys of a shard at once, and [%d] may wait. Send smaller statements."
                            .formatted(maxKeys, maxWaiting)));
        }
        var request = new Request(requestId, keys, expiry);
        requests.put(requestId, request);
        for (ByteString key : request.keys) {
            ArrayDeque<Request> queue = queues.computeIfAbsent(key, _ -> new ArrayDeque<>(2));
            if (!queue.isEmpty()) {
                request.behind++;
            }
            queue.addLast(request);
        }
        if (request.behind == 0) {
            ready.add(request);
            grant();
        }
        return request.answer;
    }

    /// Ends a lock, or gives up waiting for it. Unknown requests are passed over.
    void unlock(String requestId) {
        Request request = requests.get(requestId);
        if (request != null) {
            remove(request);
            request.answer.completeExceptionally(
                    new ClusterException(ErrorCode.CANCELLED, "The wait for key locks was given up."));
            grant();
        }
    }

    /// The channel has come this far.
    void onTick(long newTick) {
        tick = Math.max(tick, newTick);
        for (Request request : List.copyOf(requests.values())) {
            if (request.expiry < tick) {
                remove(request);
                request.answer.completeExceptionally(new ClusterException(
                        ErrorCode.CONFLICT,
                        "Other statements kept changing the same keys for too long. Send the statement again."));
            }
        }
        grant();
    }

    /// Gives what can be given: at the head of all its queues, the channel ours, and earlier owners' locks fenced.
    void grant() {
        if (ready.isEmpty() || !open || !owned.getAsBoolean()) {
            return;
        }
        for (Request request : List.copyOf(ready)) {
            ready.remove(request);
            request.held = true;
            request.answer.complete(request.expiry);
        }
    }

    /// The channel is not ours any more. What is held stays held until it expires or the next owner fences it.
    void close() {
        for (Request request : List.copyOf(requests.values())) {
            request.answer.completeExceptionally(new ClusterException(
                    ErrorCode.NOT_READY, "The shard is moving to another data node. Send the statement again."));
        }
        requests.clear();
        queues.clear();
        ready.clear();
    }

    int held() {
        return (int) requests.values().stream().filter(request -> request.held).count();
    }

    int waiting() {
        return requests.size() - held();
    }

    private void remove(Request request) {
        requests.remove(request.id);
        ready.remove(request);
        for (ByteString key : request.keys) {
            ArrayDeque<Request> queue = queues.get(key);
            if (queue == null) {
                continue;
            }
            boolean first = queue.peekFirst() == request;
            queue.remove(request);
            Request head = queue.peekFirst();
            if (head == null) {
                queues.remove(key);
            } else if (first) {
                head.behind--;
                if (head.behind == 0) {
                    ready.add(head);
                }
            }
        }
    }
}
