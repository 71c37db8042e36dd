package io.elanus.storage.meta.etcd;

import com.google.common.base.Splitter;
import io.elanus.storage.meta.MetaStore;
import io.elanus.storage.meta.Txn;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import io.grpc.ClientInterceptor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// [MetaStore] on etcd. See the package for how a transaction is applied once.
public final class EtcdMetaStore implements MetaStore {
    /// Transactions under way at a time; more wait.
    private static final int SLOTS = 32;

    private final Client client;
    private final KV kv;
    private final Keys keys;
    private final Duration timeout;
    private final Slots slots;
    private final Commit.Via via;
    private final AtomicLong transactions = new AtomicLong();
    private final ScheduledExecutorService pauses = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("etcd-retry").factory());

    /// Connects when it is first used.
    ///
    /// @param node of this process; a process that opens the store under the same name takes this one's place
    public static EtcdMetaStore open(EtcdConfig config, String node) {
        return new EtcdMetaStore(config, node, List.of());
    }

    /// @param interceptors of every call, for tests that lose answers
    EtcdMetaStore(EtcdConfig config, String node, List<ClientInterceptor> interceptors) {
        ClientBuilder builder = Client.builder()
                .endpoints(Splitter.on(',')
                        .trimResults()
                        .splitToList(config.endpoints())
                        .toArray(String[]::new))
                .retryMaxAttempts(0)
                .waitForReady(false);
        interceptors.forEach(builder::interceptor);
        this.client = builder.build();
        this.kv = client.getKVClient();
        this.keys = new Keys(config.prefix());
        this.timeout = config.requestTimeout();
        this.slots = new Slots(keys, node, SLOTS);
        this.via = new Commit.Via(kv, keys, UUID.randomUUID() + "-");
    }

    @Override
    public CompletableFuture<TxnResult> commit(Txn txn) {
        return slots.take()
                .thenCompose(slot ->
                        new Commit(via, txn, transactions.incrementAndGet(), slot, attempts(), slots::give).start());
    }

    @Override
    public CompletableFuture<Optional<Entry>> load(String key) {
        return retried("read metadata", () -> kv.get(keys.of(key)))
                .thenApply(found -> found.getKvs().stream().findFirst().map(keys::entry));
    }

    @Override
    public CompletableFuture<Range> range(String prefix) {
        GetOption all = GetOption.builder()
                .isPrefix(true)
                .withSortField(GetOption.SortTarget.KEY)
                .withSortOrder(GetOption.SortOrder.ASCEND)
                .build();
        return retried("read metadata", () -> kv.get(keys.of(prefix), all)).thenApply(this::range);
    }

    private Range range(GetResponse found) {
        return new Range(
                found.getKvs().stream().map(keys::entry).toList(),
                found.getHeader().getRevision());
    }

    @Override
    public Watch watch(String prefix, long afterRevision, WatchListener listener) {
        return EtcdWatch.open(client.getWatchClient(), keys, prefix, afterRevision, listener);
    }

    /// A grant whose answer was lost is made again: the lost lease expires by itself.
    @Override
    public CompletableFuture<Long> grantLease(Duration timeToLive) {
        long seconds = Math.max(1, (timeToLive.toMillis() + 999) / 1000);
        return retried("grant a lease", () -> client.getLeaseClient().grant(seconds))
                .thenApply(granted -> granted.getID());
    }

    @Override
    public CompletableFuture<Boolean> keepAlive(long leaseId) {
        return whetherLeaseLives(
                retried("keep a lease alive", () -> client.getLeaseClient().keepAliveOnce(leaseId)));
    }

    @Override
    public CompletableFuture<Void> revokeLease(long leaseId) {
        return whetherLeaseLives(
                        retried("revoke a lease", () -> client.getLeaseClient().revoke(leaseId)))
                .thenApply(_ -> null);
    }

    private static CompletableFuture<Boolean> whetherLeaseLives(CompletableFuture<?> answer) {
        return answer.handle((_, error) -> error)
                .thenCompose(error -> error == null || EtcdErrors.leaseIsGone(error)
                        ? CompletableFuture.completedFuture(error == null)
                        : CompletableFuture.failedFuture(error));
    }

    /// For requests that may be carried out twice.
    private <T> CompletableFuture<T> retried(String doing, Supplier<CompletableFuture<T>> request) {
        var result = new CompletableFuture<T>();
        attempt(doing, request, attempts(), result);
        return result;
    }

    private static <T> void attempt(
            String doing, Supplier<CompletableFuture<T>> request, Attempts attempts, CompletableFuture<T> result) {
        attempts.attempt(
                request,
                result::complete,
                () -> attempt(doing, request, attempts, result),
                error -> result.completeExceptionally(EtcdErrors.of(doing, error, false)));
    }

    private Attempts attempts() {
        return new Attempts(timeout, pauses);
    }

    @Override
    public void close() {
        List<Runnable> unsent = pauses.shutdownNow();
        client.close();
        unsent.forEach(Runnable::run); // each fails now, and tells its caller
    }
}
