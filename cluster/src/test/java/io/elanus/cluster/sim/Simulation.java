package io.elanus.cluster.sim;

import io.elanus.cluster.datacoord.DataCoord;
import io.elanus.cluster.datacoord.DataCoordConfig;
import io.elanus.cluster.exchange.BatchStream;
import io.elanus.cluster.proxy.ProxyConfig;
import io.elanus.cluster.proxy.ProxyRole;
import io.elanus.cluster.rootcoord.RootConfig;
import io.elanus.cluster.rootcoord.RootCoord;
import io.elanus.storage.setting.DataSize;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// One run: a cluster comes up, works under faults, and is looked at after a quiet time.
final class Simulation {
    private static final long SECOND = 1_000_000_000L;
    private static final Duration LEASE = Duration.ofSeconds(2);

    private final long seed;
    private final SimPlants plants;

    Simulation(long seed, SimPlants plants) {
        this.seed = seed;
        this.plants = plants;
    }

    /// What a run did, for reports.
    ///
    /// @param digest the same for every run of a seed
    record Result(long events, long appended, int acknowledged, long unknown, long late, long digest) {}

    /// Throws a [SimFailure] that names the seed and how to repeat it.
    Result run() {
        try (var world = new SimWorld(seed, plants)) {
            return run(world);
        } catch (SimFailure e) {
            throw new SimFailure(
                    "Seed [%d]: %s. Repeat it with: ./elanus test --simulate 1 --seed %d"
                            .formatted(seed, e.getMessage(), seed),
                    e);
        }
    }

    private static Result run(SimWorld world) {
        build(world);
        world.runUntil(SECOND);
        var history = new SimClient.History();
        long end = 4 * SECOND;
        new SimClient(world, "proxy-1", history).run(end, SECOND / 25);
        new SimClient(world, "proxy-2", history).run(end, SECOND / 25);
        world.runUntil(SECOND * 3 / 2);
        world.setFaults(SimFaults.ALL);
        if (world.scheduler().chance(0.2)) {
            world.scheduler()
                    .after(world.scheduler().delay(SECOND / 10, 2 * SECOND), () -> world.losePower(SECOND / 5));
        }
        world.runUntil(end);
        world.setFaults(SimFaults.NONE);
        world.runUntil(end + 6 * SECOND);
        check(world, history);
        return new Result(
                world.scheduler().events(),
                world.checks().appended(),
                history.written().size(),
                history.unknown(),
                world.checks().lateMessages(),
                world.scheduler().digest());
    }

    private static void build(SimWorld world) {
        RootConfig root =
                new RootConfig(Duration.ofMillis(200), Duration.ofSeconds(3), 4, LEASE, Duration.ofSeconds(1));
        ProxyConfig proxy = new ProxyConfig(
                LEASE,
                Duration.ofSeconds(1),
                Duration.ofSeconds(20),
                Duration.ofSeconds(10),
                Duration.ofSeconds(3),
                DataSize.parse("1 MB"),
                DataSize.parse("1 MB"));
        world.add("rootcoord-1", context -> new RootCoord(context, root));
        world.add("rootcoord-2", context -> new RootCoord(context, root));
        world.add("datacoord-1", context -> new DataCoord(context, DataCoordConfig.defaults()));
        world.add("querycoord-1", StandInCoordinators::query);
        world.add("indexcoord-1", StandInCoordinators::index);
        for (String name : new String[] {"proxy-1", "proxy-2"}) {
            world.add(
                    name,
                    context -> new ProxyRole(
                            context,
                            proxy,
                            (_, _) -> CompletableFuture.<BatchStream>failedFuture(
                                    new IllegalStateException("This world has no readers"))));
        }
    }

    /// After the quiet time everything works again: ticks flow, and both proxies are registered.
    private static void check(SimWorld world, SimClient.History history) {
        for (SimClient.Written write : history.written()) {
            for (long key : write.keys()) {
                world.checks()
                        .onAcknowledged(
                                "Value " + write.value(), List.of(SimClient.vchannel(write.table(), key)), write.ts());
            }
        }
        for (SimClient.Written write : history.written()) {
            write.table().shards().forEach(shard -> {
                if (world.checks().tick(shard.pchannel()) < write.ts()) {
                    throw new SimFailure("No tick has passed the write at [%d] in [%s] after a quiet time"
                            .formatted(write.ts(), shard.pchannel()));
                }
            });
        }
        if (history.written().isEmpty()) {
            throw new SimFailure("Nothing was ever acknowledged");
        }
    }
}
