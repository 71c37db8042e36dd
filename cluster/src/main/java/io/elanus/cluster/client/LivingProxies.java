package io.elanus.cluster.client;

import io.elanus.cluster.runtime.RoleContext;
import io.elanus.storage.meta.MetaStore;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Asks every proxy to give something up: locks of an earlier owner, space in a segment.
///
/// What a proxy was given, it uses only under the lease under which it asked for it, and only while that lease is
/// certainly valid. So a proxy that is not registered when the list is read has begun its last use of it before.
public final class LivingProxies {
    private final RoleContext context;

    public LivingProxies(RoleContext context) {
        this.context = context;
    }

    /// Completes on the loop once all that were registered have answered; fails if one has not.
    public <Q> CompletableFuture<Void> ask(MethodDescriptor<Q, ?> method, Q request, Duration timeout) {
        String prefix = NodeRegistry.key(RoleNames.PROXY, "");
        return context.stores()
                .meta()
                .range(prefix)
                .thenComposeAsync(
                        living -> {
                            List<CompletableFuture<?>> answers = new ArrayList<>();
                            for (MetaStore.Entry proxy : living.entries()) {
                                String node = proxy.key().substring(prefix.length());
                                answers.add(context.rpc().call(node, method, request, timeout));
                            }
                            return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new));
                        },
                        context.loop())
                .thenRunAsync(() -> {}, context.loop());
    }
}
