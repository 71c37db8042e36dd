package io.elanus.sql.login;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// Words that stand for logins, by their hashes: who reads this memory has none of them, and how long a look-up
/// takes says nothing of them. Any thread.
final class Tokens {
    private static final int TOKEN_BYTES = 24;
    private static final int LONGEST_TOKEN = 100;
    private static final int MOST = 100_000;

    private final LongSupplier nanos;
    private final RandomGenerator random;
    /// Oldest first.
    private final Map<ByteBuffer, Login> logins = new LinkedHashMap<>();

    /// @param random numbers that nobody can guess
    Tokens(LongSupplier nanos, RandomGenerator random) {
        this.nanos = nanos;
        this.random = random;
    }

    String issue(Login login) {
        byte[] bytes = new byte[TOKEN_BYTES];
        synchronized (this) {
            random.nextBytes(bytes);
        }
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        synchronized (this) {
            long now = nanos.getAsLong();
            // All live equally long, so those that have ended are the first ones.
            var oldest = logins.values().iterator();
            while (oldest.hasNext()) {
                boolean ended = oldest.next().untilNanos() - now <= 0;
                if (!ended && logins.size() < MOST) {
                    break;
                }
                oldest.remove();
            }
            logins.put(hash(token), login);
        }
        return token;
    }

    Optional<Login> find(String token) {
        if (token.length() > LONGEST_TOKEN) {
            return Optional.empty();
        }
        ByteBuffer hash = hash(token);
        synchronized (this) {
            Login login = logins.get(hash);
            if (login != null && login.untilNanos() - nanos.getAsLong() <= 0) {
                logins.remove(hash);
                return Optional.empty();
            }
            return Optional.ofNullable(login);
        }
    }

    synchronized void remove(String token) {
        logins.remove(hash(token));
    }

    private static ByteBuffer hash(String token) {
        return ByteBuffer.wrap(ScramVerifier.sha256(token.getBytes(StandardCharsets.UTF_8)));
    }
}
