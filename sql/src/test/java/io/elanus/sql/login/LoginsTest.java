package io.elanus.sql.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.elanus.sql.audit.AuditLog;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoginsTest {
    private static final Peer HERE = new Peer("jdbc", "127.0.0.1", true);
    private static final Peer FAR = new Peer("jdbc", "10.1.2.3", false);
    private static final byte[] SALT = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");

    private final AtomicLong nanos = new AtomicLong(-5_000_000_000L);
    private final ScramVerifier pencil = ScramVerifier.of("pencil", SALT, ScramVerifier.ITERATIONS);
    private final Map<String, ScramVerifier> roles = new HashMap<>(Map.of("user", pencil));
    private final List<String> audit = new ArrayList<>();
    private final Logins logins = new Logins(
            true,
            new Logins.Parts(
                    LoginConfig.defaults(),
                    user -> Optional.ofNullable(roles.get(user)),
                    new AuditLog() {
                        @Override
                        public void login(LoginOutcome outcome, String user, String address, String door) {
                            audit.add(outcome + " " + user + " " + address + " " + door);
                        }

                        @Override
                        public void statement(StatementEvent event) {}
                    },
                    nanos::get,
                    new Random(4)));

    private static Credentials password(String user, String password) {
        return Credentials.of("Basic "
                + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
    }

    private QueryException refusal(Credentials credentials, Peer peer) {
        QueryException refused = catchThrowableOfType(QueryException.class, () -> logins.of(credentials, peer));
        assertThat(refused).isNotNull();
        return refused;
    }

    @Test
    void exchangesTheMessagesOfRfc7677() {
        ScramVerifier verifier = pencil;
        ScramExchange exchange = ScramExchange.First.parse("n,,n=user,r=rOprNGfwEbeRWgbNEkqO")
                .with("%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", verifier);
        assertThat(exchange.answer())
                .isEqualTo("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
        String last = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
        assertThat(exchange.prove(last, verifier)).contains("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
        assertThat(exchange.prove(last.replace("dHz", "dHx"), verifier)).isEmpty();
    }

    @Test
    void keepsAVerifierAsText() {
        String text = pencil.text();
        assertThat(text).startsWith("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$");
        assertThat(ScramVerifier.parse(text).orElseThrow().matches("pencil")).isTrue();
        assertThat(ScramVerifier.parse(text).orElseThrow().matches("pencils")).isFalse();
        assertThat(ScramVerifier.parse(text.replace("4096", "0"))).isEmpty();
        assertThat(ScramVerifier.parse("md5")).isEmpty();
        assertThat(roles.get("user")).hasToString("SCRAM-SHA-256 verifier");
    }

    @Test
    void answersAnUnknownUserAsAWrongPassword() {
        QueryException wrong = refusal(password("user", "pen"), HERE);
        QueryException unknown = refusal(password("nobody", "pen"), HERE);
        assertThat(unknown).hasMessage(wrong.getMessage());
        assertThat(unknown.hint()).isEqualTo(wrong.hint());
        assertThat(unknown.code()).isEqualTo(wrong.code()).isEqualTo(ErrorCode.INVALID_PASSWORD);
        assertThat(audit).containsExactly("FAILED user 127.0.0.1 jdbc", "FAILED nobody 127.0.0.1 jdbc");
    }

    @Test
    void challengesAnUnknownUserTheSameWayEveryTime() {
        String salt = ",s=[^,]+,i=4096";
        String first = logins.begin("n,,n=nobody,r=0123456789abcdef", HERE);
        String second = logins.begin("n,,n=nobody,r=0123456789abcdeg", HERE);
        assertThat(first).matches("r=0123456789abcdef.{24}" + salt);
        assertThat(second.substring(second.indexOf(",s="))).isEqualTo(first.substring(first.indexOf(",s=")));
        String other = logins.begin("n,,n=another,r=0123456789abcdef", HERE);
        assertThat(other.substring(other.indexOf(",s="))).isNotEqualTo(first.substring(first.indexOf(",s=")));
        String nonce = first.substring(2, first.indexOf(','));
        String proof = Base64.getEncoder().encodeToString(new byte[32]);
        assertThatThrownBy(() -> logins.finish("c=biws,r=" + nonce + ",p=" + proof, HERE))
                .hasMessage("The user or the password is wrong.");
        assertThatThrownBy(() -> logins.finish("c=biws,r=" + nonce + ",p=" + proof, HERE))
                .hasMessageStartingWith("The login took too long");
    }

    @Test
    void makesGuessersWaitTwiceAsLongEachTime() {
        for (int i = 0; i < 5; i++) {
            assertThat(refusal(password("user", "guess" + i), HERE)).hasMessageContaining("wrong");
        }
        assertThat(refusal(password("user", "pencil"), HERE)).hasMessageContaining("Too many logins");
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(refusal(password("user", "again"), HERE)).hasMessageContaining("wrong");
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(refusal(password("user", "pencil"), HERE).hint()).contains("Try again in 1 s.");
        assertThatThrownBy(() -> logins.begin("n,,n=user,r=0123456789abcdef", HERE))
                .hasMessageContaining("Too many logins");
        Peer elsewhere = new Peer("jdbc", "127.0.0.2", true);
        assertThat(logins.of(password("user", "pencil"), elsewhere).user()).isEqualTo("user");
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(logins.of(password("user", "pencil"), HERE).user()).isEqualTo("user");
        assertThat(refusal(password("user", "x"), HERE)).hasMessageContaining("wrong");
        assertThat(audit).contains("LOCKED user 127.0.0.1 jdbc", "OK user 127.0.0.1 jdbc");
    }

    @Test
    void forgetsWhoFailedTheLongestAgo() {
        var lockout = new Lockout(1, nanos::get);
        lockout.failed("first", "a");
        for (int i = 0; i < 10_000; i++) {
            lockout.failed("user" + i, "a");
        }
        assertThat(lockout.locked("first", "a")).isZero();
        assertThat(lockout.locked("user9999", "a")).isEqualTo(Duration.ofSeconds(1));
        for (int i = 0; i < 60; i++) {
            lockout.failed("user9999", "a");
        }
        assertThat(lockout.locked("user9999", "a")).isEqualTo(Lockout.LONGEST);
    }

    @Test
    void doesNotLookAtPasswordsThatOthersCouldRead() {
        assertThat(refusal(password("user", "pencil"), FAR)).hasMessageContaining("others can read");
        assertThat(audit).isEmpty();
    }

    @Test
    void endsALoginWithItsTimeItsTokenItsPasswordOrItsRole() {
        Login login = logins.of(password("user", "pencil"), HERE);
        String token = logins.issue(login);
        String revoked = logins.issue(login);
        assertThat(token).matches("[\\w-]{32}").isNotEqualTo(revoked);
        assertThat(logins.of(new Credentials.Token(token), FAR).user()).isEqualTo("user");
        logins.revoke(revoked);
        assertThat(logins.find(revoked)).isEmpty();
        ScramVerifier before = roles.put("user", ScramVerifier.of("pencil", new byte[16], 4_096));
        assertThat(refusal(new Credentials.Token(token), HERE).code()).isEqualTo(ErrorCode.INVALID_AUTHORIZATION);
        roles.remove("user");
        assertThat(logins.find(token)).isEmpty();
        assertThat(refusal(password("user", "pencil"), HERE)).hasMessageContaining("wrong");
        roles.put("user", before);
        assertThat(logins.find(token)).isPresent();
        nanos.addAndGet(Duration.ofHours(12).toNanos());
        assertThat(logins.find(token)).isEmpty();
        assertThat(logins.isCurrent(login)).isFalse();
        assertThat(logins.find("x".repeat(1_000))).isEmpty();
    }

    @Test
    void readsNothingElseAsCredentials() {
        assertThat(Credentials.of(null)).isInstanceOf(Credentials.None.class);
        assertThat(Credentials.of("Basic")).isInstanceOf(Credentials.Unreadable.class);
        assertThat(Credentials.of("Basic %%%")).isInstanceOf(Credentials.Unreadable.class);
        assertThat(Credentials.of("Digest username=x")).isInstanceOf(Credentials.Unreadable.class);
        assertThat(Credentials.of("bearer  abc ")).isEqualTo(new Credentials.Token("abc"));
        assertThat(password("a", "b:c")).isEqualTo(new Credentials.Password("a", "b:c"));
        assertThat(password("a", "secret").toString()).doesNotContain("secret");
        assertThatThrownBy(() -> logins.begin("p=tls-unique,,n=user,r=0123456789abcdef", HERE))
                .hasMessageContaining("RFC 5802");
        assertThatThrownBy(() -> logins.begin("n,,n=user,r=short", HERE)).hasMessageContaining("RFC 5802");
    }
}
