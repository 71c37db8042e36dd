package io.elanus.sql.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.login.Credentials;
import io.elanus.sql.login.Login;
import io.elanus.sql.login.Logins;
import io.elanus.sql.login.Peer;
import io.elanus.storage.ErrorCode;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/// Whose a request is: an `Authorization` header says it, or the cookie that a browser was given when its user
/// logged in. Scripts cannot read the cookie, and no request that another site causes carries it. Any thread.
final class BrowserLogins {
    private static final String DOOR = "console";

    private final Logins logins;

    BrowserLogins(Logins logins) {
        this.logins = logins;
    }

    boolean required() {
        return logins.required();
    }

    /// @throws QueryException when nobody we know sends the request
    Login of(Request request) {
        return logins.of(credentials(request), peer(request));
    }

    private static Credentials credentials(Request request) {
        String header = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        Optional<String> cookie = header == null ? cookie(request) : Optional.empty();
        return cookie.isPresent() ? new Credentials.Token(cookie.get()) : Credentials.of(header);
    }

    private static Peer peer(Request request) {
        return Peer.of(DOOR, request.getConnectionMetaData().getRemoteSocketAddress(), request.isSecure());
    }

    /// Read here, because others refuse the whole request for a cookie that is not ours and not well-formed.
    private static Optional<String> cookie(Request request) {
        String wanted = cookieName(request) + "=";
        return request.getHeaders().getValuesList(HttpHeader.COOKIE).stream()
                .flatMap(line -> Arrays.stream(line.split(";")))
                .map(String::strip)
                .filter(cookie -> cookie.startsWith(wanted))
                .map(cookie -> cookie.substring(wanted.length()))
                .findFirst();
    }

    /// Browsers keep the cookies of a host whatever its ports are; servers on several of them need several names.
    private static String cookieName(Request request) {
        return "elanus-login-" + Request.getLocalPort(request);
    }

    /// The login that a body of `{"user": …, "password": …}` asks for.
    Login login(JsonMapper mapper, byte[] body, Request request) throws IOException {
        JsonNode wanted;
        try {
            wanted = mapper.readTree(body);
        } catch (com.fasterxml.jackson.core.JacksonException e) { // its message repeats what it read
            throw unreadable();
        }
        JsonNode user = wanted.path("user");
        JsonNode password = wanted.path("password");
        if (!user.isTextual() || !password.isTextual() || wanted.size() != 2) {
            throw unreadable();
        }
        return logins.of(new Credentials.Password(user.asText(), password.asText()), peer(request));
    }

    private static QueryException unreadable() {
        return new QueryException(
                ErrorCode.PROTOCOL_VIOLATION, "The body must be {\"user\": \"…\", \"password\": \"…\"}.");
    }

    String issue(Login login) {
        return logins.issue(login);
    }

    void setCookie(Login login, Request request, Response response) {
        put(logins.issue(login), "", request, response);
    }

    /// Ends the login that the request shows, if it is one by a token.
    void logout(Request request, Response response) {
        if (credentials(request) instanceof Credentials.Token(String token)) {
            logins.revoke(token);
        }
        put("", "; Max-Age=0", request, response);
    }

    private static void put(String value, String more, Request request, Response response) {
        String secure = request.isSecure() ? "; Secure" : "";
        response.getHeaders()
                .put(
                        HttpHeader.SET_COOKIE,
                        cookieName(request) + "=" + value + "; Path=/api/; HttpOnly; SameSite=Strict" + secure + more);
    }
}
