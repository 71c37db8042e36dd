package io.elanus.cluster.rootcoord;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.client.Leadership;
import io.elanus.cluster.client.NodeRegistry;
import io.elanus.cluster.client.Registration;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.runtime.EventLoop;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.AllocateTimestampsRequest;
import io.elanus.proto.grpc.LogHeader;
import io.elanus.proto.grpc.ProxyGrpc;
import io.elanus.proto.grpc.RefreshTicksRequest;
import io.elanus.proto.grpc.ReportTicksRequest;
import io.elanus.proto.grpc.TimeTick;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.log.Durability;
import io.elanus.storage.log.LogMessageCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks proxies for promises, and turns them into ticks. Lives on the loop.
///
/// One mechanism serves the interval and the demands of reads: a target timestamp, and for each proxy at most one
/// question under way, repeated until it has promised the target. A promise comes with what holds it back per
/// pchannel; the proxy reports again by itself when that is done. A proxy that got no timestamp to write at since its
/// last promise has nothing to write below the present, and is not asked ([Allocations]).
final class TickIssuer {
    private static final Logger LOG = LoggerFactory.getLogger(TickIssuer.class);
    static final int MAX_WAITING = 100_000;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    /// A reader that waits until its pchannels carry a tick at or above `atLeast`.
    private record Demand(
            Set<String> pchannels, long atLeast, CompletableFuture<Map<String, Long>> met, EventLoop.Timer end) {}

    /// What a proxy promised in one life of its lease.
    private static final class Promises {
        private final long leaseId;
        private boolean asking;
        private long elsewhere;
        private Map<String, Long> byPchannel = Map.of();

        Promises(long leaseId) {
            this.leaseId = leaseId;
        }

        /// The least timestamp the proxy may still write there.
        long least(String pchannel) {
            return byPchannel.getOrDefault(pchannel, elsewhere);
        }

        /// Is nothing held back, and everything given up for writing that was handed out up to `allocated`?
        boolean idle(long allocated) {
            return byPchannel.isEmpty() && elsewhere > allocated;
        }
    }

    /// What this coordinator knows of one pchannel.
    private static final class Channel {
        private long ticked;
        private long appending;
        /// What the last interval aimed at.
        private long due;
        private final TreeMap<Long, Integer> holds = new TreeMap<>();
    }

    private final RoleContext context;
    private final RootConfig config;
    private final Leadership leadership;
    private final Supplier<CompletableFuture<Long>> timestamps;
    private final Supplier<Collection<String>> inUse;
    private final Map<String, Promises> proxies = new TreeMap<>();
    private final Map<String, Channel> channels = new TreeMap<>();
    private final List<Demand> demands = new ArrayList<>();
    private final Allocations allocations = new Allocations();
    /// Proxies that registered here before the watch showed them: node and the revision of their key.
    private final Map<String, Long> announced = new HashMap<>();
    private NodeRegistry.@Nullable Discovery discovery;
    private EventLoop.@Nullable Timer timer;
    private long target;
    private boolean proxiesKnown;
    private boolean closed;

    /// @param timestamps hands out the next timestamp; completes on the loop
    /// @param inUse pchannels that carry a table
    TickIssuer(
            RoleContext context,
            RootConfig config,
            Leadership leadership,
            Supplier<CompletableFuture<Long>> timestamps,
            Supplier<Collection<String>> inUse) {
        this.context = context;
        this.config = config;
        this.leadership = leadership;
        this.timestamps = timestamps;
        this.inUse = inUse;
    }

    void start() {
        discovery = new NodeRegistry(context, config.lease()).watch(RoleNames.PROXY, this::proxiesAre);
        timer = context.loop().repeat(config.tickInterval(), this::onInterval);
        var _ = timestamps.get().thenAccept(allocations::begin);
    }

    /// Timestamps were handed out, the last of them `last`: to be called in their order, before they are sent.
    void allocated(AllocateTimestampsRequest request, long last) {
        if (!request.getReadOnly()) {
            allocations.add(request.getWriter(), last);
        }
        if (request.getTickCount() > 0 && demands.size() < MAX_WAITING) {
            target = Math.max(target, last);
            var _ = demand(request.getTickList(), last); // nobody waits for the answer but for the tick
        }
    }

    CompletableFuture<Long> timestamp() {
        return timestamps.get();
    }

    /// No tick at or above `ts` goes into the pchannel until it is released.
    void hold(String pchannel, long ts) {
        channel(pchannel).holds.merge(ts, 1, Integer::sum);
    }

    void release(String pchannel, long ts) {
        channel(pchannel).holds.computeIfPresent(ts, (_, holds) -> holds == 1 ? null : holds - 1);
        issue(false);
    }

    /// Completes with the last tick of each pchannel once all are at or above `atLeast`.
    CompletableFuture<Map<String, Long>> demand(Collection<String> pchannels, long atLeast) {
        var met = new CompletableFuture<Map<String, Long>>();
        if (demands.size() >= MAX_WAITING) {
            met.completeExceptionally(
                    new ClusterException(ErrorCode.UNAVAILABLE, "Too many reads wait for a time tick. Try again."));
            return met;
        }
        EventLoop.Timer end = context.loop().schedule(LONGEST_WAIT, () -> {
            met.completeExceptionally(new ClusterException(
                    ErrorCode.TIMESTAMP_LAG,
                    "A write in flight has held time back for [%d] s. Try again, or read with a weaker consistency."
                            .formatted(LONGEST_WAIT.toSeconds())));
            demands.removeIf(demand -> demand.met.isDone());
        });
        var demand = new Demand(new TreeSet<>(pchannels), atLeast, met, end);
        if (isMet(demand)) {
            settle(demand);
        } else {
            demands.add(demand);
            aimAt(atLeast);
        }
        return met;
    }

    /// A proxy's report, asked for or not; a life of a proxy begins with one.
    CompletableFuture<Void> report(ReportTicksRequest report) {
        Promises known = proxies.get(report.getProxy());
        if (known != null && known.leaseId == report.getLeaseId()) {
            accept(known, report);
            return CompletableFuture.completedFuture(null);
        }
        String key = NodeRegistry.key(RoleNames.PROXY, report.getProxy());
        return context.stores()
                .meta()
                .load(key)
                .thenAcceptAsync(
                        entry -> {
                            if (entry.isEmpty() || entry.get().leaseId() != report.getLeaseId()) {
                                throw new ClusterException(
                                        ErrorCode.NOT_READY,
                                        "Proxy [%s] is not registered. It registers again."
                                                .formatted(report.getProxy()));
                            }
                            if (closed || !leadership.lease().certainlyValid()) {
                                throw RootCoord.notServing();
                            }
                            Promises now = proxies.get(report.getProxy());
                            if (now == null || now.leaseId != report.getLeaseId()) {
                                now = new Promises(report.getLeaseId());
                                proxies.put(report.getProxy(), now);
                                if (entry.get().modRevision() > seenRevision()) {
                                    announced.put(report.getProxy(), entry.get().modRevision());
                                }
                            }
                            accept(now, report);
                        },
                        context.loop());
    }

    void close() {
        closed = true;
        if (discovery != null && timer != null) {
            discovery.close();
            timer.cancel();
        }
        for (Demand demand : demands) {
            demand.end.cancel();
            demand.met.completeExceptionally(RootCoord.notServing());
        }
        demands.clear();
    }

    /// The revision up to which the watch has shown every proxy.
    private long seenRevision() {
        return discovery == null ? 0 : discovery.revision();
    }

    private void proxiesAre(SortedMap<String, Registration> live) {
        if (closed) {
            return;
        }
        proxiesKnown = true;
        announced.values().removeIf(revision -> revision <= seenRevision());
        proxies.entrySet().removeIf(known -> {
            Registration registration = live.get(known.getKey());
            boolean same = registration != null && registration.leaseId() == known.getValue().leaseId;
            return !same && !announced.containsKey(known.getKey());
        });
        allocations.retain(proxies.keySet());
        for (Registration registration : live.values()) {
            proxies.computeIfAbsent(registration.node(), _ -> new Promises(registration.leaseId()));
        }
        ask();
        issue(false);
    }

    private void onInterval() {
        Collection<String> used = inUse.get();
        if (used.isEmpty() || closed) {
            return;
        }
        used.forEach(this::channel);
        issue(true);
        var _ = timestamps.get().thenAccept(now -> {
            target = Math.max(target, now);
            used.forEach(pchannel -> channel(pchannel).due = target);
            ask();
            issue(false);
        });
    }

    private void aimAt(long atLeast) {
        if (target >= atLeast) {
            ask();
            issue(false);
            return;
        }
        var _ = timestamps.get().thenAccept(now -> {
            target = Math.max(target, now);
            ask();
            issue(false);
        });
    }

    private void ask() {
        proxies.forEach((proxy, promises) -> {
            if (!promises.asking && promises.elsewhere <= target && !isIdle(proxy, promises) && !closed) {
                promises.asking = true;
                ask(proxy, promises);
            }
        });
    }

    /// Can the proxy write nothing at or below the target, although it has not promised that?
    private boolean isIdle(String proxy, Promises promises) {
        return promises.idle(allocations.last(proxy));
    }

    private void ask(String proxy, Promises promises) {
        var request = RefreshTicksRequest.newBuilder().setAtLeast(target).build();
        var _ = context.rpc()
                .call(
                        proxy,
                        ProxyGrpc.getRefreshTicksMethod(),
                        request,
                        config.tickInterval().multipliedBy(5))
                .whenCompleteAsync((report, error) -> answered(promises, report, error), context.loop());
    }

    private void answered(Promises promises, @Nullable ReportTicksRequest report, @Nullable Throwable error) {
        promises.asking = false; // a proxy that did not answer is asked again at the next interval
        if (error == null && report != null && report.getLeaseId() == promises.leaseId) {
            accept(promises, report);
            ask();
        }
    }

    private void accept(Promises promises, ReportTicksRequest report) {
        if (report.getLeastElsewhere() >= promises.elsewhere) {
            promises.elsewhere = report.getLeastElsewhere();
            promises.byPchannel = Map.copyOf(report.getLeastByPchannelMap());
        }
        issue(false);
    }

    /// Appends the ticks that are due or that somebody waits for; at an interval also those that got only part of
    /// the way.
    private void issue(boolean interval) {
        if (closed || !proxiesKnown || !leadership.lease().certainlyValid()) {
            return;
        }
        channels.forEach((pchannel, channel) -> {
            long tick = reach(pchannel, channel);
            if (tick > channel.appending && (interval || wanted(pchannel, channel, tick))) {
                append(pchannel, channel, tick);
            }
        });
    }

    private boolean wanted(String pchannel, Channel channel, long tick) {
        if (channel.appending < channel.due && channel.due <= tick) {
            return true;
        }
        for (Demand demand : demands) {
            if (channel.appending < demand.atLeast && demand.atLeast <= tick && demand.pchannels.contains(pchannel)) {
                return true;
            }
        }
        return false;
    }

    /// The highest tick that is true now.
    private long reach(String pchannel, Channel channel) {
        long tick = target;
        for (Map.Entry<String, Promises> proxy : proxies.entrySet()) {
            Promises promises = proxy.getValue();
            if (!isIdle(proxy.getKey(), promises)) {
                tick = Math.min(tick, promises.least(pchannel) - 1);
            }
        }
        return channel.holds.isEmpty() ? tick : Math.min(tick, channel.holds.firstKey() - 1);
    }

    private void append(String pchannel, Channel channel, long tick) {
        channel.appending = tick;
        LogHeader header = LogHeader.newBuilder()
                .setTs(tick)
                .setSource(context.node())
                .setTick(TimeTick.getDefaultInstance())
                .build();
        var _ = context.stores()
                .log()
                .append(pchannel, LogMessageCodec.encode(header), Durability.SOFT)
                .whenCompleteAsync((_, error) -> appended(pchannel, channel, tick, error), context.loop());
    }

    private void appended(String pchannel, Channel channel, long tick, @Nullable Throwable error) {
        if (error != null) {
            LOG.atWarn()
                    .addKeyValue("pchannel", pchannel)
                    .setCause(error)
                    .log("A time tick could not be appended; the next one stands in for it");
            channel.appending = Math.min(channel.appending, channel.ticked);
            return;
        }
        channel.ticked = Math.max(channel.ticked, tick);
        List<Demand> met = demands.stream().filter(this::isMet).toList();
        demands.removeAll(met);
        met.forEach(this::settle);
    }

    private boolean isMet(Demand demand) {
        return demand.pchannels.stream().allMatch(pchannel -> channel(pchannel).ticked >= demand.atLeast);
    }

    private void settle(Demand demand) {
        Map<String, Long> ticked = new HashMap<>();
        demand.pchannels.forEach(pchannel -> ticked.put(pchannel, channel(pchannel).ticked));
        demand.end.cancel();
        demand.met.complete(ticked);
    }

    private Channel channel(String pchannel) {
        return channels.computeIfAbsent(pchannel, _ -> new Channel());
    }
}
