package io.elanus.cluster.querycoord;

import io.elanus.cluster.querycoord.ChannelLoad.Replica;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Everything the query coordinator knows. Immutable.
///
/// @param tables vchannels of the loaded tables
/// @param channels what is known of each replica of these vchannels, by its key
/// @param arrivals replicas that another node opens beside the leader that serves, to take over from it
/// @param nodes the live query nodes
/// @param leadersVersion rises when a vchannel gets or loses a serving leader
record QueryState(
        SortedMap<Long, List<String>> tables,
        SortedMap<String, ChannelLoad> channels,
        SortedMap<String, ChannelLoad> arrivals,
        SortedMap<String, LiveNode> nodes,
        long leadersVersion) {

    /// A query node.
    ///
    /// @param life changes when a node of that name is a new process
    /// @param leaving it wants to give its work to others and end
    record LiveNode(long life, boolean leaving) {}

    QueryState {
        tables = Collections.unmodifiableSortedMap(new TreeMap<>(tables));
        channels = Collections.unmodifiableSortedMap(new TreeMap<>(channels));
        arrivals = Collections.unmodifiableSortedMap(new TreeMap<>(arrivals));
        nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
    }

    static QueryState empty(long leadersVersion) {
        return new QueryState(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), leadersVersion);
    }

    /// Is this the one that takes over, and not the one that serves? It has its node from the beginning.
    boolean isArrival(ChannelLoad channel) {
        ChannelLoad arrival = arrivals.get(channel.key());
        return arrival != null
                && channel.leader().map(leader -> arrival.ledBy(leader.node())).orElse(false);
    }

    QueryState with(ChannelLoad channel) {
        boolean arrival = isArrival(channel);
        var next = new TreeMap<>(arrival ? arrivals : channels);
        next.put(channel.key(), channel);
        return arrival
                ? new QueryState(tables, channels, next, nodes, leadersVersion)
                : new QueryState(tables, next, arrivals, nodes, leadersVersion);
    }

    QueryState withArrival(ChannelLoad arrival) {
        var next = new TreeMap<>(arrivals);
        next.put(arrival.key(), arrival);
        return new QueryState(tables, channels, next, nodes, leadersVersion);
    }

    QueryState withoutArrival(String key) {
        var next = new TreeMap<>(arrivals);
        next.remove(key);
        return new QueryState(tables, channels, next, nodes, leadersVersion);
    }

    /// The arrival is the leader from now on.
    QueryState arrived(ChannelLoad arrival) {
        return withoutArrival(arrival.key()).with(arrival).withNewLeaders();
    }

    QueryState withTable(long tableId, List<String> vchannels, int replicas) {
        var nextTables = new TreeMap<>(tables);
        nextTables.put(tableId, List.copyOf(vchannels));
        return new QueryState(nextTables, channels, arrivals, nodes, leadersVersion).withReplicas(tableId, replicas);
    }

    /// A loaded table on so many nodes.
    QueryState withReplicas(long tableId, int count) {
        Predicate<ChannelLoad> beyond =
                channel -> channel.tableId() == tableId && channel.replica().number() >= count;
        var nextChannels = new TreeMap<>(channels);
        nextChannels.values().removeIf(beyond);
        var nextArrivals = new TreeMap<>(arrivals);
        nextArrivals.values().removeIf(beyond);
        for (String vchannel : tables.getOrDefault(tableId, List.of())) {
            for (int number = 0; number < count; number++) {
                var replica = new Replica(tableId, vchannel, number);
                nextChannels.putIfAbsent(replica.key(), ChannelLoad.unassigned(replica, ChannelLoad.Cycle.FIRST));
            }
        }
        boolean fewer = nextChannels.size() < channels.size();
        return new QueryState(tables, nextChannels, nextArrivals, nodes, fewer ? leadersVersion + 1 : leadersVersion);
    }

    QueryState withoutTable(long tableId) {
        var nextTables = new TreeMap<>(tables);
        nextTables.remove(tableId);
        var nextChannels = new TreeMap<>(channels);
        nextChannels.values().removeIf(channel -> channel.tableId() == tableId);
        var nextArrivals = new TreeMap<>(arrivals);
        nextArrivals.values().removeIf(channel -> channel.tableId() == tableId);
        return new QueryState(nextTables, nextChannels, nextArrivals, nodes, leadersVersion + 1);
    }

    QueryState withNodes(SortedMap<String, LiveNode> live) {
        return new QueryState(tables, channels, arrivals, live, leadersVersion);
    }

    QueryState withNewLeaders() {
        return new QueryState(tables, channels, arrivals, nodes, leadersVersion + 1);
    }

    /// By the key of the replica.
    Optional<ChannelLoad> find(String key) {
        return Optional.ofNullable(channels.get(key));
    }

    Optional<ChannelLoad> findArrival(String key) {
        return Optional.ofNullable(arrivals.get(key));
    }

    /// The vchannel on this node, be it a leader or on its way there. A node has no two replicas of a vchannel.
    Optional<ChannelLoad> find(String vchannel, String node) {
        return of(vchannel).filter(channel -> channel.ledBy(node)).findFirst();
    }

    /// Every replica of the vchannel, and those on their way.
    Stream<ChannelLoad> of(String vchannel) {
        return Stream.concat(channels.values().stream(), arrivals.values().stream())
                .filter(channel -> channel.vchannel().equals(vchannel));
    }

    /// Every vchannel on every node.
    List<ChannelLoad> all() {
        return Stream.concat(channels.values().stream(), arrivals.values().stream())
                .toList();
    }

    List<ChannelLoad> channelsOf(long tableId) {
        return channels.values().stream()
                .filter(channel -> channel.tableId() == tableId)
                .toList();
    }

    /// The same process as the state knows under this name?
    boolean isSameLife(String node, SortedMap<String, LiveNode> live) {
        LiveNode before = nodes.get(node);
        LiveNode now = live.get(node);
        return before != null && now != null && before.life() == now.life();
    }

    /// Live nodes that take work.
    List<String> staying() {
        return nodes.entrySet().stream()
                .filter(node -> !node.getValue().leaving())
                .map(Map.Entry::getKey)
                .toList();
    }

    /// Nodes on which the table is to be.
    int replicas(long tableId) {
        return channelsOf(tableId).stream()
                        .mapToInt(channel -> channel.replica().number())
                        .max()
                        .orElse(0)
                + 1;
    }

    /// Is every vchannel of the table served by some node?
    boolean serves(long tableId) {
        return tables.containsKey(tableId) && tables.get(tableId).stream().allMatch(this::serves);
    }

    private boolean serves(String vchannel) {
        return channels.values().stream()
                .anyMatch(channel -> channel.vchannel().equals(vchannel) && channel.servedVersion() > 0);
    }
}
