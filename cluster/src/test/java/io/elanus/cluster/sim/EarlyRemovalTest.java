package io.elanus.cluster.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.cluster.client.Election;
import io.elanus.cluster.client.NodeRegistry;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.sim.SimClusters.Shape;
import io.elanus.storage.meta.MetaStore;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// A lease lasts for two seconds here; what is killed is known to be gone in less, and nothing else is.
class EarlyRemovalTest {
    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1_000 * MILLISECOND;
    private static final int SEEDS = 10;
    /// Less than a lease has left at any time, which is renewed four times in its life.
    private static final long EARLY = 1_400 * MILLISECOND;

    private static final List<String> NODES = List.of(
            NodeRegistry.key(RoleNames.QUERY_NODE, "querynode-1"),
            NodeRegistry.key(RoleNames.DATA_NODE, "datanode-1"),
            NodeRegistry.key(RoleNames.PROXY, "proxy-1"));

    @Test
    void aKilledNodeIsGoneBeforeItsLeaseHasEnded() {
        everySeed((world, key) -> {
            world.crash(node(key), 60 * SECOND);
            world.runUntil(world.scheduler().now() + EARLY);
            assertThat(world.meta().entry(key)).as(key).isNull();
        });
    }

    @Test
    void aStandbyServesBeforeTheLeaseOfAKilledCoordinatorHasEnded() {
        for (int seed = 1; seed <= SEEDS; seed++) {
            in(seed, world -> {
                String key = Election.key(RoleNames.ROOT_COORD);
                MetaStore.Entry active = entry(world, key);
                world.crash(active.value().toStringUtf8(), 60 * SECOND);
                world.runUntil(world.scheduler().now() + EARLY);
                assertThat(entry(world, key).value()).isNotEqualTo(active.value());
            });
        }
    }

    /// Its kernel goes on accepting connections.
    @Test
    void aNodeThatStandsStillKeepsItsLease() {
        everySeed((world, key) -> {
            MetaStore.Entry before = entry(world, key);
            world.process(node(key)).pause(EARLY);
            world.runUntil(world.scheduler().now() + EARLY);
            assertThat(entry(world, key)).isEqualTo(before);
        });
    }

    @Test
    void aNodeThatIsCutOffFromItsCoordinatorsKeepsItsLease() {
        everySeed((world, key) -> {
            MetaStore.Entry before = entry(world, key);
            for (String coordinator : List.of("rootcoord-1", "rootcoord-2", "datacoord-1", "querycoord-1")) {
                world.network().cut(coordinator, node(key));
                world.network().cut(node(key), coordinator);
            }
            world.runUntil(world.scheduler().now() + 10 * SECOND);
            assertThat(entry(world, key)).isEqualTo(before);
        });
    }

    /// A firewall that rejects, or a gateway that does not know where the node is.
    @Test
    void aLivingNodeWhoseAddressRefusesKeepsItsLease() {
        everySeed((world, key) -> {
            MetaStore.Entry before = entry(world, key);
            world.network().reject(node(key));
            world.runUntil(world.scheduler().now() + 10 * SECOND);
            assertThat(entry(world, key)).isEqualTo(before);
        });
    }

    @Test
    void anActiveCoordinatorWhoseAddressRefusesGoesOnWithItsTerm() {
        for (int seed = 1; seed <= SEEDS; seed++) {
            in(seed, world -> {
                MetaStore.Entry active = entry(world, Election.key(RoleNames.ROOT_COORD));
                world.network().reject(active.value().toStringUtf8());
                world.runUntil(world.scheduler().now() + 10 * SECOND);
                assertThat(entry(world, Election.key(RoleNames.ROOT_COORD))).isEqualTo(active);
            });
        }
    }

    /// The first life is asked about while the second begins.
    @Test
    void aNodeThatIsBackSoonKeepsItsNewLease() {
        everySeed((world, key) -> {
            for (int round = 0; round < 5; round++) {
                world.crash(node(key), (100 + 150L * round) * MILLISECOND);
                world.runUntil(world.scheduler().now() + 4 * SECOND);
                MetaStore.Entry back = entry(world, key);
                world.runUntil(world.scheduler().now() + 4 * SECOND);
                assertThat(entry(world, key)).isEqualTo(back);
            }
        });
    }

    @FunctionalInterface
    private interface Case {
        void check(SimWorld world, String key);
    }

    private static void everySeed(Case one) {
        for (int seed = 1; seed <= SEEDS; seed++) {
            String key = Objects.requireNonNull(NODES.get(seed % NODES.size()));
            in(seed, world -> one.check(world, key));
        }
    }

    private static void in(int seed, Consumer<SimWorld> check) {
        try (var world = new SimWorld(seed, SimPlants.NONE)) {
            SimClusters.build(world, Shape.WHOLE);
            world.runUntil(2 * SECOND + seed * 77L * MILLISECOND);
            check.accept(world);
        }
    }

    private static String node(String key) {
        return key.substring(key.lastIndexOf('/') + 1);
    }

    private static MetaStore.Entry entry(SimWorld world, String key) {
        return Objects.requireNonNull(world.meta().entry(key), key);
    }
}
