package io.elanus.sql.session;

import io.elanus.proto.grpc.DdlReply;
import io.elanus.proto.grpc.DdlRequest;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// Sends DDL to the root coordinator, one request after the other, and waits until this proxy's catalog shows it.
final class DdlRunner {
    private final ElanusSession session;
    private final String text;

    /// @param text of the statement, as `system.queries` shows it
    DdlRunner(ElanusSession session, String text) {
        this.session = session;
        this.text = text;
    }

    /// An id that no other statement has.
    String newRequestId() {
        return session.id() + "/" + session.sessions().newQueryId() + "/"
                + session.sessions().services().clock().wallMillis();
    }

    void run(List<DdlRequest> requests, RunOptions options) {
        session.refuseReadOnly();
        for (DdlRequest request : requests) {
            DdlReply reply = await(session.sessions().services().tables().execute(owned(request)), options);
            session.advanceSessionTimestamp(reply.getTs());
        }
    }

    /// With the role that will own what is created.
    private DdlRequest owned(DdlRequest request) {
        var owned = request.toBuilder().setRole(session.role());
        return owned.getRequestId().isEmpty()
                ? owned.setRequestId(newRequestId()).build()
                : owned.build();
    }

    /// Waits under the statement's deadline; KILL and cancel work meanwhile.
    <T> T await(CompletableFuture<T> future, RunOptions options) {
        try (Execution execution = session.begin(text, List.of(), options, Map.of(), false)) {
            return execution.context().await(future);
        }
    }
}
