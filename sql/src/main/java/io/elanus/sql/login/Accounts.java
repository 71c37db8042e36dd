package io.elanus.sql.login;

import java.util.Optional;

/// The roles that may log in, as the newest catalog has them. Any thread; called for every request.
@FunctionalInterface
public interface Accounts {
    /// Empty: there is no such role, or it may not log in.
    Optional<ScramVerifier> verifier(String user);
}
