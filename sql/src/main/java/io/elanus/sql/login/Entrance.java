package io.elanus.sql.login;

import io.elanus.sql.session.Session;
import java.util.Map;

/// What every door stands in front of: who may come in, and the sessions of those who do.
public record Entrance(Logins logins, Opening opening) {
    /// Opens a session for a user; the door closes it.
    @FunctionalInterface
    public interface Opening {
        Session open(String user, Map<String, String> settings);
    }

    /// Nobody has to log in.
    public static Entrance unlocked(Opening opening) {
        return new Entrance(Logins.none(), opening);
    }

    public Session open(String user) {
        return opening.open(user, Map.of());
    }
}
