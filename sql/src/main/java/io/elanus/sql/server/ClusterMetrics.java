package io.elanus.sql.server;

import io.elanus.cluster.client.ClusterNodes;
import io.elanus.cluster.proxy.Catalog;
import io.elanus.proto.grpc.ChannelOwner;
import io.elanus.proto.grpc.IndexTask;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.ServedChannel;
import io.elanus.sql.metrics.Metrics;
import io.elanus.sql.metrics.Metrics.Sample;
import io.elanus.storage.meta.MetaStore;
import io.elanus.storage.type.HybridTime;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a proxy tells of the whole cluster, asked of the coordinators when somebody collects metrics. Every proxy
/// tells the same, so take the maximum over them, not the sum. A coordinator that does not answer leaves its metrics
/// out.
final class ClusterMetrics {
    private static final double MILLIS = 1e-3;

    private final CoordinatorCalls coordinators;
    private final Supplier<Catalog> catalog;
    private final MetaStore meta;
    private final LongSupplier wallMillis;

    /// @param wallMillis the clock that timestamps come from
    ClusterMetrics(CoordinatorCalls coordinators, Supplier<Catalog> catalog, MetaStore meta, LongSupplier wallMillis) {
        this.coordinators = coordinators;
        this.catalog = catalog;
        this.meta = meta;
        this.wallMillis = wallMillis;
    }

    void addTo(Metrics metrics) {
        metrics.gauge("elanus_tables", "Tables", () -> catalog.get().tables().size());
        metrics.gauges("elanus_segments", "Segments by state", () -> segments(_ -> 1));
        metrics.gauges(
                "elanus_segment_rows",
                "Rows that segments hold in files, deleted ones included, by state",
                () -> segments(SegmentInfo::getRows));
        metrics.gauges(
                "elanus_segment_bytes",
                "Bytes of the files of segments, by state",
                () -> segments(SegmentInfo::getBytes));
        metrics.gauges(
                "elanus_channel_lag_seconds",
                "Age of the oldest rows of a channel that are in the log only, not in files",
                this::lags);
        metrics.gauges("elanus_index_builds", "Builds of an index over a segment, by state", this::builds);
        metrics.gauges("elanus_replicas", "Channels that query nodes serve, or are loading", this::replicas);
        metrics.gauges("elanus_nodes", "Registered nodes, and active coordinators, by role", this::nodes);
    }

    private List<Sample> segments(ToLongFunction<SegmentInfo> amount) {
        var sums = new TreeMap<Map<String, String>, Long>((a, b) -> a.toString().compareTo(b.toString()));
        for (SegmentInfo segment : coordinators.segments().join().getSegmentsList()) {
            var labels = new TreeMap<>(Map.of(
                    "level", segment.getLevel().name(),
                    "state", segment.getState().name().toLowerCase(Locale.ROOT)));
            sums.merge(labels, amount.applyAsLong(segment), Long::sum);
        }
        return sums.entrySet().stream()
                .map(entry -> new Sample(entry.getKey(), entry.getValue()))
                .toList();
    }

    private List<Sample> lags() {
        var samples = new ArrayList<Sample>();
        long now = wallMillis.getAsLong();
        for (TableSchema table : catalog.get().tables().values()) {
            for (ChannelOwner owner :
                    coordinators.owners(table.tableId()).join().getOwnersList()) {
                if (owner.getCheckpointTs() != 0) {
                    long behind = Math.max(0, now - HybridTime.millis(owner.getCheckpointTs()));
                    samples.add(new Sample(Map.of("channel", owner.getVchannel()), behind * MILLIS));
                }
            }
        }
        return samples;
    }

    private List<Sample> builds() {
        Stream<IndexTask> tasks = catalog.get().tables().values().stream()
                .flatMap(table -> coordinators.indexes(table.tableId()).join().getTasksList().stream());
        return counted(
                tasks,
                "state",
                task -> task.getState().name().toLowerCase(Locale.ROOT).replace("index_task_", ""));
    }

    private List<Sample> replicas() {
        Stream<ServedChannel> channels =
                coordinators.loads().join().getLoadsList().stream().flatMap(load -> load.getChannelsList().stream());
        return counted(channels, "state", channel -> channel.getTargetVersion() > 0 ? "serves" : "loads");
    }

    private List<Sample> nodes() {
        return counted(ClusterNodes.load(meta).join().stream(), "role", ClusterNodes.Node::role);
    }

    private static <T> List<Sample> counted(Stream<T> all, String label, Function<T, String> value) {
        return all.collect(Collectors.groupingBy(value, TreeMap::new, Collectors.counting())).entrySet().stream()
                .map(entry -> new Sample(Map.of(label, entry.getKey()), entry.getValue()))
                .toList();
    }
}
