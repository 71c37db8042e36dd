package io.elanus.sql.security;

import java.util.Optional;

/// The roles that may log in, as the newest catalog has them. Any thread; cheap enough for every request.
public interface LoginRoles {
    /// The superuser that is there from the start.
    String FIRST = "elanus";

    /// Is there such a role, and may it log in?
    boolean mayLogin(String role);

    /// What its password is checked against, in PostgreSQL's format
    /// `SCRAM-SHA-256$iterations:salt$storedKey:serverKey`; empty: it has no password, or may not log in.
    Optional<String> verifier(String role);
}
