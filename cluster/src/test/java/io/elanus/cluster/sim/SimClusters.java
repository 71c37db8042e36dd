package io.elanus.cluster.sim;

import io.elanus.cluster.channel.ChannelConfig;
import io.elanus.cluster.datacoord.DataCoord;
import io.elanus.cluster.datacoord.DataCoordConfig;
import io.elanus.cluster.datanode.DataNode;
import io.elanus.cluster.datanode.DataNodeConfig;
import io.elanus.cluster.indexcoord.IndexCoord;
import io.elanus.cluster.indexcoord.IndexCoordConfig;
import io.elanus.cluster.proxy.ProxyConfig;
import io.elanus.cluster.proxy.ProxyRole;
import io.elanus.cluster.querycoord.QueryCoord;
import io.elanus.cluster.querycoord.QueryCoordConfig;
import io.elanus.cluster.querynode.QueryNode;
import io.elanus.cluster.querynode.QueryNodeConfig;
import io.elanus.cluster.rootcoord.RootConfig;
import io.elanus.cluster.rootcoord.RootCoord;
import io.elanus.storage.setting.DataSize;
import java.time.Duration;

/// The clusters that are simulated: real roles, with settings that make much happen in little time.
final class SimClusters {
    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final Duration SECOND = Duration.ofSeconds(1);

    enum Shape {
        /// Coordinators of time and segments, and proxies that write: many seeds for little.
        WRITERS,
        /// All roles.
        WHOLE,
        /// All roles, with data nodes that are restarted all the time: channels change owners under work.
        RESTLESS
    }

    private SimClusters() {}

    /// Every eighth seed is a whole cluster, every other of those restless.
    static Shape shapeOf(long seed) {
        if (seed % 8 != 0) {
            return Shape.WRITERS;
        }
        return seed % 16 == 0 ? Shape.WHOLE : Shape.RESTLESS;
    }

    static void build(SimWorld world, Shape shape) {
        world.add("rootcoord-1", context -> new RootCoord(context, root()));
        world.add("rootcoord-2", context -> new RootCoord(context, root()));
        world.add("datacoord-1", context -> new DataCoord(context, dataCoord()));
        switch (shape) {
            case WRITERS -> {
                world.add("querycoord-1", StandInCoordinators::query);
                world.add("indexcoord-1", StandInCoordinators::index);
            }
            case WHOLE, RESTLESS -> {
                world.add("querycoord-1", context -> new QueryCoord(context, queryCoord()));
                world.add("indexcoord-1", context -> new IndexCoord(context, indexCoord()));
                for (int i = 1; i <= 2; i++) {
                    world.add("datanode-" + i, context -> new DataNode(context, dataNode()));
                    world.add("querynode-" + i, context -> new QueryNode(context, queryNode()));
                }
                world.withReaders();
            }
        }
        for (int i = 1; i <= 2; i++) {
            String name = "proxy-" + i;
            world.add(name, context -> new ProxyRole(context, proxy(), new SimFragments(world, world.process(name))));
        }
    }

    private static RootConfig root() {
        return new RootConfig(Duration.ofMillis(200), Duration.ofSeconds(3), 4, LEASE, SECOND);
    }

    private static ProxyConfig proxy() {
        return new ProxyConfig(
                LEASE,
                SECOND,
                Duration.ofSeconds(20),
                Duration.ofSeconds(5),
                Duration.ofSeconds(3),
                DataSize.parse("1 MB"),
                DataSize.parse("1 MB"));
    }

    private static DataCoordConfig dataCoord() {
        return new DataCoordConfig(
                new DataCoordConfig.Channels(LEASE, Duration.ofSeconds(3), SECOND, Duration.ofMillis(200)),
                new DataCoordConfig.Segments(DataSize.parse("1 MB"), 12, 12, Duration.ofMillis(500), SECOND, 10_000),
                new DataCoordConfig.Sealing(
                        0.75, 0.1, Duration.ofSeconds(5), SECOND, DataSize.parse("1 B"), DataSize.parse("1 MB"), 1_000),
                new DataCoordConfig.Compaction(true, Duration.ofMillis(700), 0.5, 2, 0.2, 2, 1),
                new DataCoordConfig.Garbage(
                        SECOND, Duration.ofSeconds(2), Duration.ofSeconds(20), Duration.ofMinutes(1)),
                new DataCoordConfig.Log(SECOND));
    }

    private static DataNodeConfig dataNode() {
        return new DataNodeConfig(
                new DataNodeConfig.Buffers(
                        DataSize.parse("4 MB"),
                        DataSize.parse("1 kB"),
                        DataSize.parse("4 MB"),
                        SECOND,
                        Duration.ofMillis(500),
                        Duration.ofMillis(50)),
                new DataNodeConfig.Locks(1_000, 1_000),
                new DataNodeConfig.Liveness(LEASE, Duration.ofMillis(200), SECOND),
                ChannelConfig.defaults());
    }

    private static IndexCoordConfig indexCoord() {
        return new IndexCoordConfig(LEASE, SECOND, Duration.ofSeconds(10), 1_024, 10, Duration.ofMinutes(1));
    }

    private static QueryCoordConfig queryCoord() {
        return new QueryCoordConfig(
                Duration.ofMillis(300), Duration.ofMillis(50), SECOND, Duration.ofSeconds(2), SECOND, LEASE);
    }

    private static QueryNodeConfig queryNode() {
        return new QueryNodeConfig(
                ChannelConfig.defaults(),
                DataSize.parse("16 MB"),
                DataSize.parse("16 MB"),
                DataSize.parse("4 MB"),
                Duration.ofSeconds(5),
                LEASE,
                SECOND);
    }
}
