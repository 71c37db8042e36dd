package io.elanus.sql.avatica;

import io.elanus.sql.login.Credentials;
import io.elanus.sql.login.Login;
import io.elanus.sql.login.Logins;
import io.elanus.sql.login.Peer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/// Who sends a request of JDBC. `POST /login` takes the two messages of a SCRAM-SHA-256 exchange, one a request,
/// and answers with the server's; the second answer carries a token in its header `Elanus-Token`. Any thread.
final class HttpLogins {
    private static final String DOOR = "jdbc";
    private static final int LONGEST_MESSAGE = 2_000;

    private final Logins logins;

    HttpLogins(Logins logins) {
        this.logins = logins;
    }

    /// @throws io.elanus.sql.error.QueryException when nobody we know does
    Login of(Request request) {
        return logins.of(credentials(request), peer(request));
    }

    private static Credentials credentials(Request request) {
        return Credentials.of(request.getHeaders().get(HttpHeader.AUTHORIZATION));
    }

    private static Peer peer(Request request) {
        return Peer.of(DOOR, request.getConnectionMetaData().getRemoteSocketAddress(), request.isSecure());
    }

    /// Does the request hold a password? Whoever sends one need not be asked for one.
    static boolean sentPassword(Request request) {
        return credentials(request) instanceof Credentials.Password;
    }

    /// The answer to a message of an exchange.
    String exchange(Request request, Response response) throws IOException {
        byte[] body = Content.Source.asInputStream(request).readNBytes(LONGEST_MESSAGE);
        String message = new String(body, StandardCharsets.UTF_8);
        if (!message.startsWith("c=")) {
            return logins.begin(message, peer(request));
        }
        Logins.Proved proved = logins.finish(message, peer(request));
        response.getHeaders().put("Elanus-Token", logins.issue(proved.login()));
        return proved.message();
    }
}
