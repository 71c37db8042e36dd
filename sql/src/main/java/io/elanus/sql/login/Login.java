package io.elanus.sql.login;

import java.util.Optional;

/// Somebody who was let in.
///
/// @param user name of the role
/// @param verifier what the password was checked against; empty while the server asks for none
/// @param untilNanos when it ends, by the monotonic clock
public record Login(String user, Optional<ScramVerifier> verifier, long untilNanos) {}
