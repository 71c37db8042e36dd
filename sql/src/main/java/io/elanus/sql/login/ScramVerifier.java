package io.elanus.sql.login;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/// What the server keeps of a password (RFC 5802): enough to check it, not enough to log in with. Its text is
/// PostgreSQL's: `SCRAM-SHA-256$iterations:salt$storedKey:serverKey`.
public final class ScramVerifier {
    public static final int ITERATIONS = 4_096;
    static final int SALT_BYTES = 16;
    private static final int KEY_BYTES = 32;
    private static final int MOST_ITERATIONS = 10_000_000;
    private static final String MAC = "HmacSHA256";
    private static final Pattern TEXT = Pattern.compile(
            "SCRAM-SHA-256\\$(\\d{1,8}):([A-Za-z0-9+/=]{8,88})\\$([A-Za-z0-9+/=]{44}):([A-Za-z0-9+/=]{44})");

    private final int iterations;
    private final byte[] salt;
    private final byte[] storedKey;
    private final byte[] serverKey;

    ScramVerifier(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
        this.iterations = iterations;
        this.salt = salt.clone();
        this.storedKey = storedKey.clone();
        this.serverKey = serverKey.clone();
    }

    /// The verifier of a new password.
    public static ScramVerifier of(String password, byte[] salt, int iterations) {
        byte[] salted = salted(password, salt, iterations);
        return new ScramVerifier(iterations, salt, sha256(mac(salted, "Client Key")), mac(salted, "Server Key"));
    }

    /// Empty: the text is none of this kind.
    public static Optional<ScramVerifier> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int iterations = Integer.parseInt(matcher.group(1));
        if (iterations < 1 || iterations > MOST_ITERATIONS) {
            return Optional.empty();
        }
        try {
            Base64.Decoder base64 = Base64.getDecoder();
            byte[] storedKey = base64.decode(matcher.group(3));
            byte[] serverKey = base64.decode(matcher.group(4));
            return storedKey.length == KEY_BYTES && serverKey.length == KEY_BYTES
                    ? Optional.of(new ScramVerifier(iterations, base64.decode(matcher.group(2)), storedKey, serverKey))
                    : Optional.empty();
        } catch (IllegalArgumentException e) { // not base64
            return Optional.empty();
        }
    }

    public String text() {
        Base64.Encoder base64 = Base64.getEncoder();
        return "SCRAM-SHA-256$" + iterations + ":" + base64.encodeToString(salt) + "$"
                + base64.encodeToString(storedKey) + ":" + base64.encodeToString(serverKey);
    }

    int iterations() {
        return iterations;
    }

    String saltText() {
        return Base64.getEncoder().encodeToString(salt);
    }

    /// Is it the password that this was made of? Takes as long for any password.
    public boolean matches(String password) {
        return MessageDigest.isEqual(storedKey, sha256(mac(salted(password, salt, iterations), "Client Key")));
    }

    /// Does the proof show that its sender knows the password, in an exchange of these messages?
    boolean matches(byte[] proof, String messages) {
        if (proof.length != KEY_BYTES) {
            return false;
        }
        byte[] signature = mac(storedKey, messages);
        byte[] clientKey = new byte[KEY_BYTES];
        for (int i = 0; i < KEY_BYTES; i++) {
            clientKey[i] = (byte) (proof[i] ^ signature[i]);
        }
        return MessageDigest.isEqual(storedKey, sha256(clientKey));
    }

    /// Shows the client that the server knows the verifier.
    byte[] signature(String messages) {
        return mac(serverKey, messages);
    }

    /// The same password, salt and iterations; in time that does not depend on them.
    boolean isSame(ScramVerifier other) {
        return iterations == other.iterations
                && MessageDigest.isEqual(salt, other.salt)
                && MessageDigest.isEqual(storedKey, other.storedKey)
                && MessageDigest.isEqual(serverKey, other.serverKey);
    }

    private static byte[] salted(String password, byte[] salt, int iterations) {
        // Of the preparation that RFC 4013 asks for, the part that makes one text of the ways to type it.
        String prepared = Normalizer.normalize(password, Normalizer.Form.NFKC);
        var spec = new PBEKeySpec(prepared.toCharArray(), salt, iterations, KEY_BYTES * Byte.SIZE);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has PBKDF2WithHmacSHA256", e);
        } finally {
            spec.clearPassword();
        }
    }

    static byte[] mac(byte[] key, String text) {
        return mac(key, text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] mac(byte[] key, byte[] text) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has " + MAC, e);
        }
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    /// Nothing of it belongs in a log.
    @Override
    public String toString() {
        return "SCRAM-SHA-256 verifier";
    }
}
