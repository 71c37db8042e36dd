package io.elanus.jdbc;

import org.jspecify.annotations.Nullable;

/// What the server answered. Immutable, except that the body is not copied: any thread.
final class HttpResponse {
    final int status;
    final byte[] body;
    /// Another request may follow on the socket.
    final boolean keepsSocket;
    /// Timestamp of the session behind the connection; 0: the answer has none.
    final long sessionTimestamp;
    /// Settings of the session that differ from the connection's; null: the answer does not say.
    final @Nullable String settings;
    /// Stands for a login from now on; null: the answer has none.
    final @Nullable String token;

    HttpResponse(
            int status,
            byte[] body,
            boolean keepsSocket,
            long sessionTimestamp,
            @Nullable String settings,
            @Nullable String token) {
        this.status = status;
        this.body = body;
        this.keepsSocket = keepsSocket;
        this.sessionTimestamp = sessionTimestamp;
        this.settings = settings;
        this.token = token;
    }
}
