package io.elanus.storage.tls;

import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// A certificate and its key, from two files. Connections that exist keep what they began with.
public final class ReloadingKeys extends X509ExtendedKeyManager {
    public static final String PROTOCOL = "TLSv1.3";
    private static final String ALIAS = "elanus";

    private final Renewed<Identity> files;

    @SuppressWarnings("ArrayRecordComponent") // given to JSSE as it is
    private record Identity(X509Certificate[] chain, PrivateKey key) {}

    /// Reads both files; what is wrong with them is thrown.
    public ReloadingKeys(Path certificate, Path key) {
        files = new Renewed<>(List.of(certificate, key), () -> {
            X509Certificate[] chain = PemFiles.certificates(certificate);
            return new Identity(chain, PemFiles.key(key, chain[0].getPublicKey()));
        });
    }

    /// For servers that take a context rather than a key manager.
    public SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance(PROTOCOL);
            context.init(new KeyManager[] {this}, null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has " + PROTOCOL, e);
        }
    }

    private @Nullable String alias(String keyType) {
        String algorithm = files.value().key().getAlgorithm();
        boolean same = keyType.equals(algorithm) || keyType.startsWith(algorithm + "_") || keyType.startsWith("EdDSA");
        return same || (algorithm.equals("RSA") && keyType.equals("RSASSA-PSS")) ? ALIAS : null;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return alias(keyType);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return alias(keyType);
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseEngineClientAlias(keyTypes, issuers, null);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        for (String keyType : keyTypes) {
            if (alias(keyType) != null) {
                return ALIAS;
            }
        }
        return null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return files.value().chain().clone();
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return files.value().key();
    }
}
