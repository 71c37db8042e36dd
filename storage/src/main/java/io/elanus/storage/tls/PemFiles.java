package io.elanus.storage.tls;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads PEM.
final class PemFiles {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private PemFiles() {}

    /// The certificates of a file, in its order.
    static X509Certificate[] certificates(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            var all = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (all.isEmpty()) {
                throw unusable(file, "It holds no certificate.", null);
            }
            return all.stream().map(X509Certificate.class::cast).toArray(X509Certificate[]::new);
        } catch (IOException | GeneralSecurityException e) {
            throw unusable(file, "Its certificates cannot be read.", e);
        }
    }

    /// @param owner public key that the private one belongs to
    static PrivateKey key(Path file, PublicKey owner) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw unusable(file, "The private key cannot be read.", e);
        }
        Matcher matcher = KEY.matcher(text);
        if (!matcher.find()) {
            throw unusable(
                    file,
                    "It holds no unencrypted PKCS #8 key; openssl pkcs8 -topk8 -nocrypt makes one of other forms.",
                    null);
        }
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(matcher.group(1));
            return KeyFactory.getInstance(owner.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(bytes));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // Its message and cause may hold parts of the key.
            throw unusable(file, "The private key does not belong to the certificate, or is damaged.", null);
        }
    }

    static List<X509Certificate> authorities(Path file) {
        return List.of(certificates(file));
    }

    private static StorageException unusable(
            Path file, String why, @org.jspecify.annotations.Nullable Exception cause) {
        String message = "TLS file [%s] cannot be used. %s".formatted(file, why);
        return cause == null
                ? new StorageException(ErrorCode.INVALID_CONFIGURATION, message)
                : new StorageException(ErrorCode.INVALID_CONFIGURATION, message, cause);
    }
}
