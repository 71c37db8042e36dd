package io.elanus.sql.login;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// What a client shows in an `Authorization` header.
public sealed interface Credentials {
    record None() implements Credentials {}

    record Password(String user, String password) implements Credentials {
        @Override
        public String toString() {
            return "Password[user=" + user + "]";
        }
    }

    record Token(String token) implements Credentials {
        @Override
        public String toString() {
            return "Token";
        }
    }

    /// Of a scheme that the server does not know, or not well-formed.
    record Unreadable() implements Credentials {}

    static Credentials of(@Nullable String header) {
        if (header == null || header.isBlank()) {
            return new None();
        }
        String text = header.strip();
        int space = text.indexOf(' ');
        if (space < 0) {
            return new Unreadable();
        }
        String rest = text.substring(space + 1).strip();
        if (text.regionMatches(true, 0, "Bearer ", 0, space + 1)) {
            return new Token(rest);
        }
        return text.regionMatches(true, 0, "Basic ", 0, space + 1) ? basic(rest) : new Unreadable();
    }

    private static Credentials basic(String encoded) {
        try {
            String pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0 ? new Unreadable() : new Password(pair.substring(0, colon), pair.substring(colon + 1));
        } catch (IllegalArgumentException e) { // not base64
            return new Unreadable();
        }
    }
}
