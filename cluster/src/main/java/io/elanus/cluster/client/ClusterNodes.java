package io.elanus.cluster.client;

import io.elanus.storage.meta.MetaStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Who is registered in the metadata store, as it stands there now.
///
/// Thread rule: any thread.
public final class ClusterNodes {
    private static final String COORDINATORS = Election.key("");
    private static final String NODES = NodeRegistry.PREFIX;

    private ClusterNodes() {}

    /// A node, or the active coordinator of a role.
    ///
    /// @param address host:port; empty when the nodes share a process
    /// @param epoch of a coordinator's term; 0 for the others
    public record Node(String role, String node, Optional<String> address, long leaseId, long epoch) {}

    public static CompletableFuture<List<Node>> load(MetaStore meta) {
        CompletableFuture<Map<String, String>> addresses =
                meta.range(AddressBook.ADDRESSES).thenApply(ClusterNodes::addresses);
        return meta.range(COORDINATORS)
                .thenCombine(meta.range(NODES), ClusterNodes::together)
                .thenCombine(addresses, ClusterNodes::nodes);
    }

    private static Map<String, String> addresses(MetaStore.Range range) {
        var found = new HashMap<String, String>();
        for (MetaStore.Entry entry : range.entries()) {
            found.put(
                    entry.key().substring(AddressBook.ADDRESSES.length()),
                    entry.value().toStringUtf8());
        }
        return found;
    }

    private static List<MetaStore.Entry> together(MetaStore.Range coordinators, MetaStore.Range nodes) {
        var all = new ArrayList<>(coordinators.entries());
        all.addAll(nodes.entries());
        return all;
    }

    private static List<Node> nodes(List<MetaStore.Entry> entries, Map<String, String> addresses) {
        return entries.stream().map(entry -> node(entry, addresses)).toList();
    }

    private static Node node(MetaStore.Entry entry, Map<String, String> addresses) {
        if (entry.key().startsWith(COORDINATORS)) {
            String node = entry.value().toStringUtf8();
            return new Node(
                    entry.key().substring(COORDINATORS.length()),
                    node,
                    Optional.ofNullable(addresses.get(node)),
                    entry.leaseId(),
                    entry.modRevision());
        }
        String rest = entry.key().substring(NODES.length());
        int slash = rest.indexOf('/');
        String node = rest.substring(slash + 1);
        return new Node(rest.substring(0, slash), node, Optional.ofNullable(addresses.get(node)), entry.leaseId(), 0);
    }
}
