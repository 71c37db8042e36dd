package io.elanus.cluster.sim;

import java.util.List;

/// One run: a cluster comes up, works under faults, and is looked at after a quiet time.
final class Simulation {
    private static final long SECOND = 1_000_000_000L;

    private final long seed;
    private final SimClusters.Shape shape;
    private final SimPlants plants;

    Simulation(long seed, SimClusters.Shape shape, SimPlants plants) {
        this.seed = seed;
        this.shape = shape;
        this.plants = plants;
    }

    /// What a run did, for reports.
    ///
    /// @param digest the same for every run of a seed
    record Result(long events, long appended, long acknowledged, long reads, long unknown, long late, long digest) {}

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

    private Result run(SimWorld world) {
        SimClusters.build(world, shape);
        world.runUntil(SECOND);
        var history = new SimClient.History(world);
        long end = 4 * SECOND;
        var first = new SimClient(world, "proxy-1", history);
        var second = new SimClient(world, "proxy-2", history);
        first.run(end, SECOND / 25);
        second.run(end, SECOND / 25);
        world.runUntil(SECOND * 3 / 2);
        world.setFaults(SimFaults.ALL);
        if (shape == SimClusters.Shape.RESTLESS) {
            world.restartOften("datanode-", SECOND / 5);
        }
        if (world.scheduler().chance(0.2)) {
            world.scheduler()
                    .after(world.scheduler().delay(SECOND / 10, 2 * SECOND), () -> world.losePower(SECOND / 5));
        }
        world.runUntil(end);
        world.setFaults(SimFaults.NONE);
        world.runUntil(end + 8 * SECOND);
        check(world, history);
        if (world.hasReaders()) {
            long answered = history.answered();
            first.readAll();
            second.readAll();
            world.runUntil(end + 12 * SECOND);
            if (history.answered() < answered + 4) {
                throw new SimFailure(
                        "After a quiet time, [%d] of 4 reads were answered".formatted(history.answered() - answered));
            }
        }
        return new Result(
                world.scheduler().events(),
                world.checks().appended(),
                history.written().size() + history.changes(),
                history.answered(),
                history.unknown(),
                world.checks().lateMessages(),
                world.scheduler().digest());
    }

    /// After the quiet time everything works again: what was acknowledged is in the log, and ticks have passed it.
    private static void check(SimWorld world, SimClient.History history) {
        for (SimClient.Written write : history.written()) {
            for (long key : write.keys()) {
                world.checks()
                        .onAcknowledged(
                                "Value " + write.value(), List.of(SimClient.vchannel(write.table(), key)), write.ts());
            }
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
