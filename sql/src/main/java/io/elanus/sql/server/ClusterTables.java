package io.elanus.sql.server;

import static io.elanus.sql.server.SystemTables.number;
import static io.elanus.sql.server.SystemTables.row;
import static io.elanus.sql.server.SystemTables.table;
import static io.elanus.sql.server.SystemTables.text;

import io.elanus.cluster.client.ClusterNodes;
import io.elanus.cluster.proxy.Catalog;
import io.elanus.proto.grpc.ChannelOwner;
import io.elanus.proto.grpc.ServedChannel;
import io.elanus.proto.grpc.TableLoad;
import io.elanus.sql.catalog.SystemTable;
import io.elanus.storage.meta.MetaStore;
import io.elanus.storage.type.HybridTime;
import io.elanus.storage.type.Shard;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The `system.*` tables that show the cluster: its nodes, and who does what.
final class ClusterTables {
    private final CoordinatorCalls coordinators;
    private final Supplier<Catalog> catalog;
    private final MetaStore meta;

    ClusterTables(CoordinatorCalls coordinators, Supplier<Catalog> catalog, MetaStore meta) {
        this.coordinators = coordinators;
        this.catalog = catalog;
        this.meta = meta;
    }

    List<SystemTable> all() {
        return List.of(
                table(
                        "nodes",
                        this::nodeRows,
                        text("role"),
                        text("node"),
                        text("address"),
                        number("lease"),
                        number("epoch")),
                table(
                        "channels",
                        this::channelRows,
                        text("table_name"),
                        text("vchannel"),
                        text("pchannel"),
                        number("hash_from"),
                        number("hash_to"),
                        text("data_node"),
                        number("epoch"),
                        text("query_nodes"),
                        number("checkpoint"),
                        number("unsaved_ms")),
                table(
                        "replicas",
                        this::replicaRows,
                        text("table_name"),
                        text("vchannel"),
                        text("query_node"),
                        text("state"),
                        number("version"),
                        text("failure")),
                table("loads", this::loadRows, text("table_name"), text("state"), number("percent")));
    }

    private List<List<@Nullable Object>> nodeRows() {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (ClusterNodes.Node node : ClusterNodes.load(meta).join()) {
            rows.add(row(
                    node.role(),
                    node.node(),
                    node.address().orElse(null),
                    node.leaseId(),
                    node.epoch() == 0 ? null : node.epoch()));
        }
        return rows;
    }

    /// Rows up to `checkpoint` of the log are in files, that is all but those of the last `unsaved_ms`.
    private List<List<@Nullable Object>> channelRows() {
        var rows = new ArrayList<List<@Nullable Object>>();
        long now = System.currentTimeMillis();
        Map<String, List<String>> serving = serving();
        for (TableSchema table : catalog.get().tables().values()) {
            Map<String, ChannelOwner> owners = coordinators.owners(table.tableId()).join().getOwnersList().stream()
                    .collect(Collectors.toMap(ChannelOwner::getVchannel, Function.identity()));
            for (Shard shard : table.shards()) {
                rows.add(channelRow(table, shard, owners.get(shard.vchannel()), serving, now));
            }
        }
        return rows;
    }

    private static List<@Nullable Object> channelRow(
            TableSchema table,
            Shard shard,
            @Nullable ChannelOwner owner,
            Map<String, List<String>> serving,
            long nowMillis) {
        return row(
                table.name().toString(),
                shard.vchannel(),
                shard.pchannel(),
                shard.hashFrom(),
                shard.hashTo(),
                owner == null ? null : owner.getNode(),
                owner == null ? null : owner.getEpoch(),
                String.join(", ", serving.getOrDefault(shard.vchannel(), List.of())),
                owner == null ? null : owner.getCheckpoint(),
                owner == null || owner.getCheckpointTs() == 0
                        ? null
                        : Math.max(0, nowMillis - HybridTime.millis(owner.getCheckpointTs())));
    }

    /// The query nodes that serve each channel.
    private Map<String, List<String>> serving() {
        return coordinators.loads().join().getLoadsList().stream()
                .flatMap(load -> load.getChannelsList().stream())
                .filter(channel -> channel.getTargetVersion() > 0)
                .collect(Collectors.groupingBy(
                        ServedChannel::getVchannel, Collectors.mapping(ServedChannel::getNode, Collectors.toList())));
    }

    private List<List<@Nullable Object>> replicaRows() {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (TableLoad load : coordinators.loads().join().getLoadsList()) {
            for (ServedChannel channel : load.getChannelsList()) {
                rows.add(row(
                        SystemTables.tableName(catalog.get(), load.getTableId()),
                        channel.getVchannel(),
                        channel.getNode().isEmpty() ? null : channel.getNode(),
                        channel.getTargetVersion() > 0 ? "serves" : "loads",
                        channel.getTargetVersion(),
                        channel.getFailure().isEmpty() ? null : channel.getFailure()));
            }
        }
        return rows;
    }

    private List<List<@Nullable Object>> loadRows() {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (TableLoad load : coordinators.loads().join().getLoadsList()) {
            rows.add(row(SystemTables.tableName(catalog.get(), load.getTableId()), load.getState(), (long)
                    load.getPercent()));
        }
        return rows;
    }
}
