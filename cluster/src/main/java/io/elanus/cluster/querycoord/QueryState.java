package io.elanus.cluster.querycoord;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Everything the query coordinator knows. Immutable.
///
/// @param tables vchannels of the loaded tables
/// @param channels what is known of each of these vchannels
/// @param nodes the live query nodes; the number changes when a node of that name is a new process
/// @param leadersVersion rises when a vchannel gets or loses a serving leader
record QueryState(
        SortedMap<Long, List<String>> tables,
        SortedMap<String, ChannelLoad> channels,
        SortedMap<String, Long> nodes,
        long leadersVersion) {
    QueryState {
        tables = Collections.unmodifiableSortedMap(new TreeMap<>(tables));
        channels = Collections.unmodifiableSortedMap(new TreeMap<>(channels));
        nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
    }

    static QueryState empty(long leadersVersion) {
        return new QueryState(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), leadersVersion);
    }

    QueryState with(ChannelLoad channel) {
        var next = new TreeMap<>(channels);
        next.put(channel.vchannel(), channel);
        return new QueryState(tables, next, nodes, leadersVersion);
    }

    QueryState withTable(long tableId, List<String> vchannels) {
        var nextTables = new TreeMap<>(tables);
        nextTables.put(tableId, List.copyOf(vchannels));
        var nextChannels = new TreeMap<>(channels);
        vchannels.forEach(vchannel ->
                nextChannels.putIfAbsent(vchannel, ChannelLoad.unassigned(tableId, vchannel, ChannelLoad.Cycle.FIRST)));
        return new QueryState(nextTables, nextChannels, nodes, leadersVersion);
    }

    QueryState withoutTable(long tableId) {
        var nextTables = new TreeMap<>(tables);
        nextTables.remove(tableId);
        var nextChannels = new TreeMap<>(channels);
        nextChannels.values().removeIf(channel -> channel.tableId() == tableId);
        return new QueryState(nextTables, nextChannels, nodes, leadersVersion + 1);
    }

    QueryState withNodes(Map<String, Long> live) {
        return new QueryState(tables, channels, new TreeMap<>(live), leadersVersion);
    }

    QueryState withNewLeaders() {
        return new QueryState(tables, channels, nodes, leadersVersion + 1);
    }

    Optional<ChannelLoad> find(String vchannel) {
        return Optional.ofNullable(channels.get(vchannel));
    }

    List<ChannelLoad> channelsOf(long tableId) {
        return channels.values().stream()
                .filter(channel -> channel.tableId() == tableId)
                .toList();
    }

    /// Is every vchannel of the table served by some node?
    boolean serves(long tableId) {
        return tables.containsKey(tableId)
                && channelsOf(tableId).stream().allMatch(channel -> channel.servedVersion() > 0);
    }
}
