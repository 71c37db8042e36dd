package io.elanus.sql.login;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The server's side of one SCRAM-SHA-256 exchange (RFC 5802), without channel binding: made from the client's
/// first message, answers it, and checks the second. Immutable.
final class ScramExchange {
    private static final int LONGEST = 1_000;
    /// `n`: no channel binding. `y`: the client could, and believes rightly that we cannot.
    private static final Pattern FIRST =
            Pattern.compile("([ny],,)(n=((?:[^,=]|=2C|=3D)+),r=([\\x21-\\x2b\\x2d-\\x7e]{16,128}))");
    private static final Pattern LAST =
            Pattern.compile("(c=([A-Za-z0-9+/=]{1,24}),r=([\\x21-\\x2b\\x2d-\\x7e]{16,256})),p=([A-Za-z0-9+/=]{44})");

    private final String user;
    private final String header;
    private final String nonce;
    private final String messages;

    private ScramExchange(String user, String header, String nonce, String messages) {
        this.user = user;
        this.header = header;
        this.nonce = nonce;
        this.messages = messages;
    }

    /// The client's first message.
    record First(String user, String header, String bare, String nonce) {
        static First parse(String message) {
            Matcher matcher = match(FIRST, message);
            String user = matcher.group(3).replace("=2C", ",").replace("=3D", "=");
            return new First(user, matcher.group(1), matcher.group(2), matcher.group(4));
        }

        /// @param nonce of the server, unguessable
        ScramExchange with(String nonce, ScramVerifier verifier) {
            String both = this.nonce + nonce;
            String answer = "r=" + both + ",s=" + verifier.saltText() + ",i=" + verifier.iterations();
            return new ScramExchange(user, header, both, bare + "," + answer);
        }
    }

    /// The nonce of an exchange's second message, by which the exchange is found.
    static String nonce(String last) {
        return match(LAST, last).group(3);
    }

    private static Matcher match(Pattern pattern, String message) {
        Matcher matcher = pattern.matcher(message.length() > LONGEST ? "" : message);
        if (!matcher.matches()) {
            throw new QueryException(
                    ErrorCode.PROTOCOL_VIOLATION,
                    "The message is none of SCRAM-SHA-256 without channel binding, see RFC 5802.");
        }
        return matcher;
    }

    String user() {
        return user;
    }

    String nonce() {
        return nonce;
    }

    /// The server's first message.
    String answer() {
        return messages.substring(messages.indexOf(",r=" + nonce) + 1);
    }

    /// The server's last message when the client's proves that it knows the password.
    Optional<String> prove(String last, ScramVerifier verifier) {
        Matcher matcher = match(LAST, last);
        byte[] proof;
        byte[] binding;
        try {
            binding = Base64.getDecoder().decode(matcher.group(2));
            proof = Base64.getDecoder().decode(matcher.group(4));
        } catch (IllegalArgumentException e) { // not base64
            return Optional.empty();
        }
        String all = messages + "," + matcher.group(1);
        boolean same = matcher.group(3).equals(nonce)
                && java.util.Arrays.equals(binding, header.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        boolean known = verifier.matches(proof, all);
        return same && known
                ? Optional.of("v=" + Base64.getEncoder().encodeToString(verifier.signature(all)))
                : Optional.empty();
    }
}
