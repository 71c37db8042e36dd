/// Who a client is: the one place that checks passwords, for every door.
///
/// | a client shows | checked by |
/// |---|---|
/// | SCRAM-SHA-256 (RFC 5802), two messages each way | [ScramExchange]; the password never travels |
/// | `Basic` user and password | against the role's verifier; over TLS or on this machine only |
/// | `Bearer` token | [Tokens], 192 random bits; kept here as their hash |
///
/// [Logins] joins them. A [Login] is good while its token lives and the role's verifier is still the one it was
/// checked against, so a changed password or a dropped role ends it at the next request.
///
/// **What a stranger learns.** An unknown user and a wrong password give the same answer after the same work: an
/// unknown user has a made-up verifier that stays the same from request to request. Secrets are compared in time
/// that does not depend on them. After [LoginConfig#maxFailures] failures of a user from an address, further ones
/// are refused unseen for a time that doubles from 1 s to 15 min ([Lockout]). Guesses run a few at a time, so a
/// flood of them does not take the processor.
///
/// **Threads.** Everything here is for any thread.
@NullMarked
package io.elanus.sql.login;

import org.jspecify.annotations.NullMarked;
