package io.elanus.jdbc;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/// A user and a password, and the client's side of SCRAM-SHA-256 (RFC 5802) with them: the server learns that the
/// password is known here, not the password, and has to show that it knows of it too. Immutable.
final class Account {
    private static final int NONCE_BYTES = 18;
    private static final int KEY_BYTES = 32;
    /// Fewer would make the password easy to guess for whoever plays the server.
    private static final int LEAST_ITERATIONS = 4_096;

    private static final int MOST_ITERATIONS = 10_000_000;
    private static final String NO_BINDING = "n,,";
    private static final String MAC = "HmacSHA256";
    private static final Pattern CHALLENGE =
            Pattern.compile("r=([\\x21-\\x2b\\x2d-\\x7e]+),s=([A-Za-z0-9+/=]+),i=(\\d{1,8})");

    private final String user;
    private final String password;

    Account(String user, String password) {
        this.user = user;
        this.password = password;
    }

    boolean isGiven() {
        return !user.isEmpty();
    }

    Exchange exchange() {
        byte[] nonce = new byte[NONCE_BYTES];
        new SecureRandom().nextBytes(nonce);
        return new Exchange(Base64.getEncoder().encodeToString(nonce));
    }

    /// One login. For one thread.
    final class Exchange {
        private final String nonce;
        private final String first;
        private byte[] serverSignature = new byte[0];

        private Exchange(String nonce) {
            this.nonce = nonce;
            this.first = "n=" + user.replace("=", "=3D").replace(",", "=2C") + ",r=" + nonce;
        }

        String firstMessage() {
            return NO_BINDING + first;
        }

        /// @param challenge the server's first message
        String lastMessage(String challenge) {
            Matcher matcher = CHALLENGE.matcher(challenge);
            if (!matcher.matches() || !matcher.group(1).startsWith(nonce)) {
                throw distrusted("asks for the login in a way that this driver does not know");
            }
            int iterations = Integer.parseInt(matcher.group(3));
            if (iterations < LEAST_ITERATIONS || iterations > MOST_ITERATIONS) {
                throw distrusted("wants [" + iterations + "] iterations");
            }
            byte[] salted = salted(Base64.getDecoder().decode(matcher.group(2)), iterations);
            byte[] clientKey = mac(salted, "Client Key");
            String binding = Base64.getEncoder().encodeToString(NO_BINDING.getBytes(StandardCharsets.US_ASCII));
            String last = "c=" + binding + ",r=" + matcher.group(1);
            String messages = first + "," + challenge + "," + last;
            byte[] proof = mac(sha256(clientKey), messages);
            for (int i = 0; i < KEY_BYTES; i++) {
                proof[i] ^= clientKey[i];
            }
            serverSignature = mac(mac(salted, "Server Key"), messages);
            return last + ",p=" + Base64.getEncoder().encodeToString(proof);
        }

        /// @param answer the server's last message
        void check(String answer) {
            byte[] expected =
                    ("v=" + Base64.getEncoder().encodeToString(serverSignature)).getBytes(StandardCharsets.US_ASCII);
            if (!MessageDigest.isEqual(expected, answer.getBytes(StandardCharsets.US_ASCII))) {
                throw distrusted("does not know the user's password");
            }
        }
    }

    private static ServerError distrusted(String why) {
        return new ServerError(
                "The server is not what it claims to be: it " + why + ".", "28000", "Check the host of the URL.", null);
    }

    private byte[] salted(byte[] salt, int iterations) {
        String prepared = Normalizer.normalize(password, Normalizer.Form.NFKC);
        PBEKeySpec spec = new PBEKeySpec(prepared.toCharArray(), salt, iterations, KEY_BYTES * Byte.SIZE);
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

    private static byte[] mac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has " + MAC, e);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return user;
    }
}
