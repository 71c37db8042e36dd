package io.elanus.cluster.sim;

import com.google.protobuf.ByteString;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.meta.MetaStore;
import io.elanus.storage.meta.Txn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The metadata store of a world: serial, durable, with leases that end by true time.
final class SimMeta {
    private record Revision(long revision, List<MetaStore.Change> changes) {}

    private static final class Lease {
        private final long timeToLiveNanos;
        private long endNanos;

        Lease(long timeToLiveNanos, long endNanos) {
            this.timeToLiveNanos = timeToLiveNanos;
            this.endNanos = endNanos;
        }
    }

    private final SimWorld world;
    private final SimScheduler scheduler;
    private final TreeMap<String, MetaStore.Entry> entries = new TreeMap<>();
    private final Map<Long, Lease> leases = new TreeMap<>();
    private final List<Revision> history = new ArrayList<>();
    private final List<SimWatch> watches = new ArrayList<>();
    private long revision;
    private long nextLease = 1;

    SimMeta(SimWorld world) {
        this.world = world;
        this.scheduler = world.scheduler();
    }

    MetaStore.@Nullable Entry entry(String key) {
        return entries.get(key);
    }

    MetaStore facade(SimProcess process) {
        return new Facade(process);
    }

    private void change(List<MetaStore.Change> changes) {
        revision++;
        var step = new Revision(revision, List.copyOf(changes));
        history.add(step);
        world.checks().onMeta(changes);
        watches.removeIf(watch -> watch.closed || !watch.process.alive());
        watches.forEach(watch -> watch.offer(step));
    }

    private MetaStore.TxnResult apply(Txn txn) {
        for (Txn.Condition condition : txn.conditions()) {
            if (!holds(condition)) {
                return new MetaStore.TxnResult(false, revision);
            }
        }
        long next = revision + 1;
        List<MetaStore.Change> changes = new ArrayList<>();
        for (Txn.Operation operation : txn.operations()) {
            switch (operation) {
                case Txn.Operation.Put(String key, ByteString value, long leaseId) -> {
                    if (leaseId != Txn.NO_LEASE && !leases.containsKey(leaseId)) {
                        throw new StorageException(
                                ErrorCode.OBJECT_NOT_FOUND, "Lease [%d] does not exist.".formatted(leaseId));
                    }
                    MetaStore.Entry before = entries.get(key);
                    long created = before == null ? next : before.createRevision();
                    var entry = new MetaStore.Entry(key, value, created, next, leaseId);
                    entries.put(key, entry);
                    changes.add(new MetaStore.Change.Put(entry));
                }
                case Txn.Operation.Delete(String key) -> {
                    if (entries.remove(key) != null) {
                        changes.add(new MetaStore.Change.Deleted(key));
                    }
                }
            }
        }
        change(changes);
        return new MetaStore.TxnResult(true, revision);
    }

    private boolean holds(Txn.Condition condition) {
        MetaStore.Entry entry = entries.get(condition.key());
        return switch (condition) {
            case Txn.Condition.Absent _ -> entry == null;
            case Txn.Condition.Present _ -> entry != null;
            case Txn.Condition.ModRevision(String _, long expected) -> entry != null && entry.modRevision() == expected;
            case Txn.Condition.ValueIs(String _, ByteString value) ->
                entry != null && entry.value().equals(value);
        };
    }

    private void endLease(long leaseId) {
        leases.remove(leaseId);
        List<MetaStore.Change> changes = new ArrayList<>();
        for (MetaStore.Entry entry : List.copyOf(entries.values())) {
            if (entry.leaseId() == leaseId) {
                entries.remove(entry.key());
                changes.add(new MetaStore.Change.Deleted(entry.key()));
            }
        }
        if (!changes.isEmpty()) {
            change(changes);
        }
    }

    private void watchLease(long leaseId) {
        Lease lease = leases.get(leaseId);
        if (lease == null) {
            return;
        }
        if (scheduler.now() >= lease.endNanos) {
            endLease(leaseId);
        } else {
            scheduler.at(lease.endNanos, () -> watchLease(leaseId));
        }
    }

    private long latency() {
        return scheduler.delay(10_000, world.faults().stores().slowest());
    }

    private final class Facade implements MetaStore {
        private final SimProcess process;

        Facade(SimProcess process) {
            this.process = process;
        }

        private <T> CompletableFuture<T> ask(Supplier<T> question) {
            var answer = new CompletableFuture<T>();
            scheduler.after(latency(), () -> {
                if (scheduler.chance(world.faults().stores().failBefore())) {
                    process.after(latency(), () -> answer.completeExceptionally(failed()));
                    return;
                }
                T value;
                try {
                    value = question.get();
                } catch (StorageException e) {
                    process.after(latency(), () -> answer.completeExceptionally(e));
                    return;
                }
                boolean lostAnswer = scheduler.chance(world.faults().stores().failAfter());
                process.after(latency(), () -> {
                    if (lostAnswer) {
                        answer.completeExceptionally(failed());
                    } else {
                        answer.complete(value);
                    }
                });
            });
            return answer;
        }

        @Override
        public CompletableFuture<Optional<Entry>> load(String key) {
            return ask(() -> Optional.ofNullable(entries.get(key)));
        }

        @Override
        public CompletableFuture<Range> range(String prefix) {
            return ask(() -> new Range(
                    List.copyOf(
                            entries.subMap(prefix, prefix + Character.MAX_VALUE).values()),
                    revision));
        }

        @Override
        public CompletableFuture<TxnResult> commit(Txn txn) {
            return ask(() -> apply(txn));
        }

        @Override
        public Watch watch(String prefix, long afterRevision, WatchListener listener) {
            var watch = new SimWatch(process, prefix, listener);
            for (Revision step : history) {
                if (step.revision > afterRevision) {
                    watch.offer(step);
                }
            }
            watches.add(watch);
            return watch;
        }

        @Override
        public CompletableFuture<Long> grantLease(Duration timeToLive) {
            return ask(() -> {
                long id = nextLease++;
                leases.put(id, new Lease(timeToLive.toNanos(), scheduler.now() + timeToLive.toNanos()));
                watchLease(id);
                return id;
            });
        }

        @Override
        public CompletableFuture<Boolean> keepAlive(long leaseId) {
            return ask(() -> {
                Lease lease = leases.get(leaseId);
                if (lease == null) {
                    return false;
                }
                lease.endNanos = scheduler.now() + lease.timeToLiveNanos;
                return true;
            });
        }

        @Override
        public CompletableFuture<Void> revokeLease(long leaseId) {
            return ask(() -> {
                        endLease(leaseId);
                        return true;
                    })
                    .thenAccept(_ -> {});
        }

        @Override
        public void close() {}
    }

    private final class SimWatch implements MetaStore.Watch {
        private final SimProcess process;
        private final String prefix;
        private final MetaStore.WatchListener listener;
        private long lastDelivery;
        private boolean closed;

        SimWatch(SimProcess process, String prefix, MetaStore.WatchListener listener) {
            this.process = process;
            this.prefix = prefix;
            this.listener = listener;
        }

        void offer(Revision step) {
            List<MetaStore.Change> mine = step.changes.stream()
                    .filter(change -> change.key().startsWith(prefix))
                    .toList();
            if (mine.isEmpty()) {
                return;
            }
            lastDelivery = Math.max(lastDelivery, scheduler.now() + latency());
            process.after(lastDelivery - scheduler.now(), () -> {
                if (!closed) {
                    listener.onChange(step.revision, mine);
                }
            });
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static StorageException failed() {
        return new StorageException(ErrorCode.IO_ERROR, "The metadata store failed an operation.");
    }
}
