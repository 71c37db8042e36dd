package io.elanus.sql.avatica;

import io.elanus.sql.session.PreparedQuery;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/// The answers to the last changes of a connection, by request id: a change that arrives again, because its answer
/// got lost on the way, is answered as before and not carried out again. Any thread.
final class RecentReplies {
    private static final int KEPT = 32;

    private final Map<String, CompletableFuture<Answer>> replies = new LinkedHashMap<>();

    /// The answer that was given, or is about to be given, to this request; else that of `work`.
    Answer once(String request, Supplier<Answer> work) {
        var mine = new CompletableFuture<Answer>();
        CompletableFuture<Answer> earlier;
        synchronized (replies) {
            earlier = replies.putIfAbsent(request, mine);
            if (replies.size() > KEPT) {
                replies.remove(replies.keySet().iterator().next());
            }
        }
        if (earlier != null) {
            return join(earlier);
        }
        try {
            Answer answer = work.get();
            if (isQuery(answer)) {
                forget(request);
            }
            mine.complete(answer);
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
        }
        return join(mine);
    }

    private static boolean isQuery(Answer answer) {
        return answer instanceof Answer.Executed(Answer.Result result)
                && result.shape().stream().anyMatch(shape -> shape.kind() == PreparedQuery.Kind.QUERY);
    }

    /// A query may run twice; its rows are too many to keep. A change with RETURNING may not.
    private void forget(String request) {
        synchronized (replies) {
            replies.remove(request);
        }
    }

    private static Answer join(CompletableFuture<Answer> reply) {
        try {
            return reply.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
