package io.elanus.sql.login;

import io.elanus.sql.audit.AuditLog;
import io.elanus.sql.audit.AuditLog.LoginOutcome;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// Lets clients in, or not. See the package.
public final class Logins {
    /// Whom a session belongs to while nobody has to log in; also the first superuser.
    public static final String FIRST_USER = "elanus";

    private static final int SECRET_BYTES = 32;
    private static final int NONCE_BYTES = 18;
    private static final int MOST_EXCHANGES = 10_000;
    private static final int MOST_KNOWN = 1_000;
    private static final int LONGEST_NAME = 256;
    private static final int LONGEST_PASSWORD = 1_024;
    private static final int GUESSES_AT_A_TIME = 2;

    private final Parts parts;
    private final boolean required;
    private final Lockout lockout;
    private final Tokens tokens;
    private final byte[] secret = new byte[SECRET_BYTES];
    private final Semaphore guessing = new Semaphore(GUESSES_AT_A_TIME);

    /// Exchanges that wait for the client's second message, oldest first, by their nonces.
    private final Map<String, ScramExchange> exchanges = new HashMap<>();
    private final ArrayDeque<String> exchangeOrder = new ArrayDeque<>();
    /// Passwords that were right, by user and address, so that clients that send theirs with each request are
    /// quick.
    private final Map<String, Known> known = new LinkedHashMap<>();

    /// What logins stand on.
    ///
    /// @param nanos the monotonic clock
    /// @param random numbers that nobody can guess
    public record Parts(
            LoginConfig config, Accounts accounts, AuditLog audit, LongSupplier nanos, RandomGenerator random) {}

    @SuppressWarnings("ArrayRecordComponent") // compared by MessageDigest.isEqual
    private record Known(byte[] seal, ScramVerifier verifier) {}

    /// The end of an exchange.
    ///
    /// @param message for the client: it shows that the server knows the password's verifier
    public record Proved(String message, Login login) {}

    /// @param required false: everybody is [#FIRST_USER], whatever they show
    public Logins(boolean required, Parts parts) {
        this.required = required;
        this.parts = parts;
        lockout = new Lockout(parts.config().maxFailures(), parts.nanos());
        tokens = new Tokens(parts.nanos(), parts.random());
        parts.random().nextBytes(secret);
    }

    /// Lets everybody in.
    public static Logins none() {
        var parts = new Parts(LoginConfig.defaults(), _ -> Optional.empty(), AuditLog.NONE, () -> 0, () -> 0);
        return new Logins(false, parts);
    }

    public boolean required() {
        return required;
    }

    /// Who shows these credentials.
    ///
    /// @throws QueryException INVALID_PASSWORD or INVALID_AUTHORIZATION
    public Login of(Credentials credentials, Peer peer) {
        if (!required) {
            return new Login(FIRST_USER, Optional.empty(), Long.MAX_VALUE);
        }
        return switch (credentials) {
            case Credentials.Password(String user, String password) -> byPassword(user, password, peer);
            case Credentials.Token(String token) ->
                find(token).orElseThrow(() -> refused("The login has ended.", "Log in again."));
            case Credentials.None _ ->
                throw refused("The server asks who you are.", "Connect with a user and a password.");
            case Credentials.Unreadable _ ->
                throw refused(
                        "The credentials cannot be read.",
                        "Send [Authorization: Basic …] or [Authorization: Bearer …].");
        };
    }

    private static QueryException refused(String what, String advice) {
        return new QueryException(ErrorCode.INVALID_AUTHORIZATION, what, advice);
    }

    /// The login that a token stands for.
    public Optional<Login> find(String token) {
        return tokens.find(token).filter(this::isCurrent);
    }

    /// Has it not ended, and is the password still the one it was checked against?
    public boolean isCurrent(Login login) {
        if (!required) {
            return true;
        }
        return login.untilNanos() - parts.nanos().getAsLong() > 0
                && login.verifier().isPresent()
                && parts.accounts()
                        .verifier(login.user())
                        .filter(login.verifier().get()::isSame)
                        .isPresent();
    }

    /// A word that stands for the login until that ends.
    public String issue(Login login) {
        return tokens.issue(login);
    }

    /// The token stands for nothing any more.
    public void revoke(String token) {
        tokens.remove(token);
    }

    private Login byPassword(String user, String password, Peer peer) {
        if (!peer.safe() && !parts.config().plainPasswords()) {
            throw refused(
                    "The password came over a connection that others can read, so it was not looked at.",
                    "Connect over TLS (security.tls), or with the Elanus JDBC driver, which does not send passwords.");
        }
        if (user.length() > LONGEST_NAME || password.length() > LONGEST_PASSWORD) {
            throw wrong(user.substring(0, Math.min(user.length(), LONGEST_NAME)), peer);
        }
        refuseLocked(user, peer);
        Optional<ScramVerifier> verifier = parts.accounts().verifier(user);
        byte[] seal = ScramVerifier.mac(secret, user + '\0' + password);
        String key = user + '\0' + peer.address();
        if (verifier.isPresent() && isKnown(key, seal, verifier.get())) {
            lockout.succeeded(user, peer.address());
            return login(user, verifier.get());
        }
        if (!guess(user, password, verifier, peer)) {
            throw wrong(user, peer);
        }
        remember(key, new Known(seal, verifier.orElseThrow()));
        return right(user, verifier.orElseThrow(), peer);
    }

    /// A few at a time: a check costs milliseconds of the processor by design.
    private boolean guess(String user, String password, Optional<ScramVerifier> verifier, Peer peer) {
        guessing.acquireUninterruptibly();
        try {
            refuseLocked(user, peer);
            boolean matches = verifier.orElseGet(() -> madeUp(user)).matches(password);
            return matches && verifier.isPresent();
        } finally {
            guessing.release();
        }
    }

    private boolean isKnown(String key, byte[] seal, ScramVerifier verifier) {
        Known found;
        synchronized (known) {
            found = known.get(key);
        }
        return found != null
                && MessageDigest.isEqual(found.seal(), seal)
                && found.verifier().isSame(verifier);
    }

    private void remember(String key, Known now) {
        synchronized (known) {
            known.remove(key);
            known.put(key, now);
            if (known.size() > MOST_KNOWN) {
                known.remove(known.keySet().iterator().next());
            }
        }
    }

    /// The server's answer to the first message of an exchange.
    public String begin(String message, Peer peer) {
        ScramExchange.First first = ScramExchange.First.parse(message);
        if (first.user().length() > LONGEST_NAME) {
            throw wrong(first.user().substring(0, LONGEST_NAME), peer);
        }
        refuseLocked(first.user(), peer);
        ScramVerifier verifier = parts.accounts().verifier(first.user()).orElseGet(() -> madeUp(first.user()));
        byte[] nonce = new byte[NONCE_BYTES];
        synchronized (exchanges) {
            parts.random().nextBytes(nonce);
            ScramExchange exchange = first.with(java.util.Base64.getEncoder().encodeToString(nonce), verifier);
            exchanges.put(exchange.nonce(), exchange);
            exchangeOrder.add(exchange.nonce());
            while (exchangeOrder.size() > MOST_EXCHANGES) {
                exchanges.remove(exchangeOrder.remove());
            }
            return exchange.answer();
        }
    }

    /// Checks the second message of an exchange, which ends it either way.
    public Proved finish(String message, Peer peer) {
        String nonce = ScramExchange.nonce(message);
        ScramExchange exchange;
        synchronized (exchanges) {
            exchange = exchanges.remove(nonce);
        }
        if (exchange == null) {
            throw refused("The login took too long, or began at another server.", "Log in again.");
        }
        String user = exchange.user();
        refuseLocked(user, peer);
        Optional<ScramVerifier> verifier = parts.accounts().verifier(user);
        Optional<String> proved = exchange.prove(message, verifier.orElseGet(() -> madeUp(user)));
        if (proved.isEmpty() || verifier.isEmpty()) {
            throw wrong(user, peer);
        }
        return new Proved(proved.get(), right(user, verifier.get(), peer));
    }

    /// What an unknown user is checked against; the same at every try, and at every server of the cluster, for as
    /// long as the first user keeps its password.
    private ScramVerifier madeUp(String user) {
        byte[] key = parts.accounts()
                .verifier(FIRST_USER)
                .map(first -> ScramVerifier.sha256(first.signature("made up")))
                .orElse(secret);
        byte[] salt = Arrays.copyOf(ScramVerifier.mac(key, "salt of " + user), ScramVerifier.SALT_BYTES);
        return new ScramVerifier(
                ScramVerifier.ITERATIONS,
                salt,
                ScramVerifier.mac(secret, "stored key of " + user),
                ScramVerifier.mac(secret, "server key of " + user));
    }

    private void refuseLocked(String user, Peer peer) {
        Duration left = lockout.locked(user, peer.address());
        if (left.isPositive()) {
            parts.audit().login(LoginOutcome.LOCKED, user, peer.address(), peer.door());
            throw new QueryException(
                    ErrorCode.INVALID_PASSWORD,
                    "Too many logins of this user have failed from this address.",
                    "Try again in %d s.".formatted(left.plusMillis(999).toSeconds()));
        }
    }

    private QueryException wrong(String user, Peer peer) {
        lockout.failed(user, peer.address());
        parts.audit().login(LoginOutcome.FAILED, user, peer.address(), peer.door());
        return new QueryException(
                ErrorCode.INVALID_PASSWORD, "The user or the password is wrong.", "Names of users are case-sensitive.");
    }

    private Login right(String user, ScramVerifier verifier, Peer peer) {
        lockout.succeeded(user, peer.address());
        parts.audit().login(LoginOutcome.OK, user, peer.address(), peer.door());
        return login(user, verifier);
    }

    private Login login(String user, ScramVerifier verifier) {
        return new Login(
                user,
                Optional.of(verifier),
                parts.nanos().getAsLong() + parts.config().tokenLife().toNanos());
    }
}
