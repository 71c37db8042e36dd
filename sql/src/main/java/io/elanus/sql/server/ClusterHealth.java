package io.elanus.sql.server;

import io.elanus.cluster.client.ClusterNodes;
import io.elanus.cluster.client.RoleNames;
import io.elanus.storage.meta.MetaStore;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Whether a proxy can answer queries: the metadata store answers, and each role that a query needs is registered;
/// and whether another node is one of the cluster. Any thread.
final class ClusterHealth {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    /// Without an index coordinator or node queries are slower, and answered.
    private static final List<String> NEEDED = List.of(
            RoleNames.ROOT_COORD,
            RoleNames.DATA_COORD,
            RoleNames.QUERY_COORD,
            RoleNames.DATA_NODE,
            RoleNames.QUERY_NODE);

    private final MetaStore meta;

    ClusterHealth(MetaStore meta) {
        this.meta = meta;
    }

    /// What is wrong with the cluster, a sentence each; empty: nothing.
    List<String> problems() {
        return problems(nodes -> {
            Set<String> present = nodes.stream().map(ClusterNodes.Node::role).collect(Collectors.toSet());
            Stream<String> missing = NEEDED.stream().filter(role -> !present.contains(role));
            return missing.map("There is no active %s."::formatted).toList();
        });
    }

    /// What is wrong with a node that is no proxy. A coordinator that stands by is well.
    List<String> problemsOf(RoleProcess.Identity own) {
        return problems(nodes -> {
            boolean known = RoleKinds.standsBy(own.role())
                    || nodes.stream().map(ClusterNodes.Node::node).anyMatch(own.node()::equals);
            return known ? List.of() : List.of("Node [%s] is not registered (any more).".formatted(own.node()));
        });
    }

    private List<String> problems(Function<List<ClusterNodes.Node>, List<String>> look) {
        try {
            return look.apply(ClusterNodes.load(meta).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException _) { // why is in the log of the store
            return List.of("The metadata store does not answer.");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return List.of("The server is stopping.");
        }
    }
}
