package io.elanus.sql.server;

import io.elanus.cluster.runtime.Clock;
import io.elanus.sql.audit.AuditLog;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.login.Accounts;
import io.elanus.sql.login.Entrance;
import io.elanus.sql.login.Logins;
import io.elanus.sql.login.ScramVerifier;
import io.elanus.sql.security.LoginRoles;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.sql.session.Running;
import io.elanus.sql.session.Session;
import io.elanus.sql.session.Sessions;
import io.elanus.storage.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Whether clients have to log in, and the password of the first user when that has none yet.
record LoginSetUp(Sessions sessions, LoginRoles roles, AuditLog audit, Clock clock, RandomGenerator random) {
    private static final int PASSWORD_BYTES = 15;
    private static final int SALT_BYTES = 16;

    static boolean required(ServerConfig config) {
        return switch (config.security().authentication()) {
            case ON -> true;
            case OFF -> false;
            case AUTO -> !isThisMachineOnly(config.listen().host());
        };
    }

    private static boolean isThisMachineOnly(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) { // opening the port will say so
            return false;
        }
    }

    Entrance entrance(ServerConfig config) {
        boolean required = required(config);
        Accounts accounts = user -> roles.verifier(user).flatMap(ScramVerifier::parse);
        if (required) {
            awaitCatalog();
        }
        if (required && accounts.verifier(Logins.FIRST_USER).isEmpty()) {
            accounts = withFirst(accounts, config.security().login().passwordFile());
        }
        var parts = new Logins.Parts(config.security().login(), accounts, audit, clock::monotonicNanos, random);
        return new Entrance(new Logins(required, parts), sessions::open);
    }

    /// A statement that changes nothing, and ends when this proxy has the newest catalog: before that, a password that
    /// was set would not be seen and another one made up.
    private void awaitCatalog() {
        try (Session session = sessions.open(Logins.FIRST_USER, Map.of());
                Running running = session.prepare("CREATE ROLE IF NOT EXISTS " + Logins.FIRST_USER)
                        .run(List.of(), RunOptions.DEFAULT)) {
            running.updateCount();
        }
    }

    /// Gives the first user a password. One that is made up is shown on the terminal, this one time, and nowhere else.
    private Accounts withFirst(Accounts accounts, String file) {
        String password = file.isEmpty() ? madeUp() : read(Path.of(file));
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        ScramVerifier verifier = ScramVerifier.of(password, salt, ScramVerifier.ITERATIONS);
        boolean kept = keep(verifier);
        if (file.isEmpty()) {
            System.out.printf(
                    "User %s has the password %s now%s%n",
                    Logins.FIRST_USER, password, kept ? ". It is not shown again." : ", until the server ends.");
        }
        return kept
                ? accounts
                : user -> accounts.verifier(user)
                        .or(() -> user.equals(Logins.FIRST_USER) ? Optional.of(verifier) : Optional.empty());
    }

    private String madeUp() {
        byte[] bytes = new byte[PASSWORD_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String read(Path file) {
        try {
            String password = Files.readString(file).strip();
            if (!password.isEmpty()) {
                return password;
            }
        } catch (IOException e) {
            throw new QueryException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "The password file [%s] cannot be read: %s".formatted(file, e.getMessage()),
                    0,
                    null,
                    e);
        }
        throw new QueryException(ErrorCode.INVALID_CONFIGURATION, "The password file [%s] is empty.".formatted(file));
    }

    /// Stores the verifier with the role; false where roles cannot be stored.
    private boolean keep(ScramVerifier verifier) {
        String sql = "ALTER ROLE %s PASSWORD '%s'".formatted(Logins.FIRST_USER, verifier.text());
        try (Session session = sessions.open(Logins.FIRST_USER, Map.of());
                Running running = session.prepare(sql).run(List.of(), RunOptions.DEFAULT)) {
            return running.updateCount() >= -1;
        } catch (QueryException e) {
            if (e.code() == ErrorCode.SYNTAX_ERROR || e.code() == ErrorCode.FEATURE_NOT_SUPPORTED) {
                return false;
            }
            throw e;
        }
    }
}
