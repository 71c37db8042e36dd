package io.elanus.cluster.client;

import com.google.protobuf.ByteString;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.storage.meta.Txn;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends the lease of a node whose process is gone before the lease's time is over.
///
/// Two witnesses must agree. The host at the node's address refuses connections, twice in a row, as only a host on
/// which nobody listens does; and the node does not object in the metadata store, though asked there
/// ([ProofOfLife]). A node that stands still or is cut off does not refuse. One that refuses although it lives,
/// because something else answers for its address, objects, and is not asked again in this life.
///
/// What is ended is one lease, which belongs to one life of one process: whoever came back meanwhile has another.
///
/// Lives on the loop.
final class DeathWatch {
    private static final Logger LOG = LoggerFactory.getLogger(DeathWatch.class);
    /// How often to look.
    static final Duration INTERVAL = Duration.ofMillis(200);
    /// How long a living node has to object, from the time at which the store has the question.
    static final Duration OBJECTION = Duration.ofMillis(500);

    private static final int REFUSALS = 2;

    private final RoleContext context;
    private final Map<String, Suspect> suspects = new HashMap<>();

    /// One life of a node that refused.
    private static final class Suspect {
        private final long leaseId;
        private int refusals;
        private boolean asking;
        private boolean objected;

        Suspect(long leaseId) {
            this.leaseId = leaseId;
        }
    }

    DeathWatch(RoleContext context) {
        this.context = context;
    }

    /// Looks after a node once; to be called every [#INTERVAL].
    ///
    /// @param leaseId of its registration
    void look(String node, long leaseId) {
        Suspect known = suspects.get(node);
        if (known != null && known.leaseId == leaseId && (known.asking || known.objected)) {
            return;
        }
        CompletableFuture<Boolean> refusal = context.rpc().refuses(node);
        if (refusal.isDone() && !refusal.join()) {
            suspects.remove(node);
            return;
        }
        Suspect suspect = known != null && known.leaseId == leaseId ? known : new Suspect(leaseId);
        suspects.put(node, suspect);
        suspect.asking = true;
        var _ = refusal.thenAcceptAsync(refused -> looked(node, suspect, refused), context.loop());
    }

    /// Forgets all others.
    void keepOnly(Set<String> nodes) {
        suspects.keySet().retainAll(nodes);
    }

    private void looked(String node, Suspect suspect, boolean refused) {
        suspect.asking = false;
        if (!suspect.equals(suspects.get(node))) {
            return;
        }
        if (!refused) {
            suspects.remove(node);
        } else if (++suspect.refusals >= REFUSALS) {
            suspect.asking = true;
            ask(node, suspect);
        }
    }

    private void ask(String node, Suspect suspect) {
        String key = ProofOfLife.key(suspect.leaseId);
        Txn question = Txn.always()
                .put(key, ByteString.copyFromUtf8(context.node()), suspect.leaseId)
                .build();
        var _ = context.stores()
                .meta()
                .commit(question)
                .whenCompleteAsync(
                        (_, error) -> {
                            if (error == null) {
                                context.loop().schedule(OBJECTION, () -> hear(node, suspect));
                            } else {
                                lookAgain(node, suspect, error);
                            }
                        },
                        context.loop());
    }

    private void hear(String node, Suspect suspect) {
        var _ = context.stores()
                .meta()
                .load(ProofOfLife.key(suspect.leaseId))
                .whenCompleteAsync(
                        (question, error) -> {
                            if (error != null) {
                                lookAgain(node, suspect, error);
                            } else {
                                heard(node, suspect, question.isEmpty());
                            }
                        },
                        context.loop());
    }

    private void heard(String node, Suspect suspect, boolean taken) {
        if (taken) {
            suspect.asking = false;
            suspect.objected = true;
            LOG.atWarn()
                    .addKeyValue("node", node)
                    .addKeyValue("lease", suspect.leaseId)
                    .log("A node lives whose address refuses connections; does something else answer for it?");
        } else {
            LOG.atWarn()
                    .addKeyValue("node", node)
                    .addKeyValue("lease", suspect.leaseId)
                    .log("A node is gone: its address refuses connections and it does not object; ending its lease");
            var _ = context.stores()
                    .meta()
                    .revokeLease(suspect.leaseId)
                    .whenCompleteAsync((_, failed) -> lookAgain(node, suspect, failed), context.loop());
        }
    }

    /// From the beginning, if it is still there.
    private void lookAgain(String node, Suspect suspect, @Nullable Throwable error) {
        if (error != null) {
            LOG.atDebug()
                    .addKeyValue("node", node)
                    .addKeyValue("lease", suspect.leaseId)
                    .setCause(error)
                    .log("The metadata store did not answer about a node that refuses connections");
        }
        suspects.remove(node, suspect);
    }
}
