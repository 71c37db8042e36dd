package io.elanus.cluster.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.cluster.sim.SimClusters.Shape;
import org.junit.jupiter.api.Test;

/// A table that two nodes serve, when one of them is gone or slow.
class ReplicasTest {
    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1_000 * MILLISECOND;
    private static final int SEEDS = 10;

    /// A process that is gone does not even refuse here, so only a second request helps before its lease has ended.
    @Test
    void everyReadIsAnsweredSoonAlthoughANodeDies() {
        for (int seed = 1; seed <= SEEDS; seed++) {
            try (var world = new SimWorld(seed, SimPlants.NONE)) {
                Reading reading = serving(world);
                world.crash("querynode-" + (1 + seed % 2), 60 * SECOND);
                readOften(world, reading, "seed " + seed);
            }
        }
    }

    @Test
    void everyReadIsAnsweredSoonAlthoughANodeStandsStill() {
        for (int seed = 1; seed <= SEEDS; seed++) {
            try (var world = new SimWorld(seed, SimPlants.NONE)) {
                Reading reading = serving(world);
                world.process("querynode-" + (1 + seed % 2)).pause(20 * SECOND);
                readOften(world, reading, "seed " + seed);
            }
        }
    }

    private record Reading(SimClient client, SimClient.History history) {}

    private static Reading serving(SimWorld world) {
        SimClusters.build(world, Shape.WHOLE);
        world.runUntil(SECOND);
        var history = new SimClient.History(world);
        var client = new SimClient(world, "proxy-1", history);
        client.run(3 * SECOND, SECOND / 25);
        world.runUntil(6 * SECOND);
        client.readReplicated(); // and the proxy learns that there are two by now
        world.runUntil(7 * SECOND);
        return new Reading(client, history);
    }

    private static void readOften(SimWorld world, Reading reading, String what) {
        for (int i = 0; i < 50; i++) {
            long before = reading.history().answered();
            reading.client().readReplicated();
            world.runUntil(world.scheduler().now() + 500 * MILLISECOND);
            assertThat(reading.history().answered())
                    .as("%s, read [%d]", what, i)
                    .isEqualTo(before + 1);
        }
    }
}
