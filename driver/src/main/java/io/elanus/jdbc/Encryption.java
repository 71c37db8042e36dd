package io.elanus.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Properties;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/// TLS to the server, as the URL asks for it: `ssl=true`, `sslMode`, `sslRootCert`. The modes are those of
/// PostgreSQL's drivers. Immutable.
final class Encryption {
    static final String SSL = "ssl";
    static final String MODE = "sslMode";
    static final String ROOT_CERT = "sslRootCert";

    private static final String PROTOCOL = "TLSv1.3";
    private static final String BAD_PROPERTY = "22023";

    private enum Mode {
        /// Encrypted; whoever answers is believed.
        REQUIRE,
        /// The certificate comes from an authority that is trusted.
        VERIFY_CA,
        /// And it is the host's.
        VERIFY_FULL
    }

    private final Mode mode;
    private final SSLContext context;

    private Encryption(Mode mode, SSLContext context) {
        this.mode = mode;
        this.context = context;
    }

    /// Null: the URL asks for none.
    static @Nullable Encryption of(Properties properties) {
        String ssl = properties.getProperty(SSL, "");
        String mode = properties.getProperty(MODE, "");
        String root = properties.getProperty(ROOT_CERT, "");
        boolean off = ssl.equalsIgnoreCase("false") || mode.equalsIgnoreCase("disable");
        if (off || (ssl.isEmpty() && mode.isEmpty() && root.isEmpty())) {
            return null;
        }
        if (!ssl.isEmpty() && !ssl.equalsIgnoreCase("true")) {
            throw refused("Property [ssl] takes true or false, not [" + ssl + "].");
        }
        Mode wanted = mode(mode);
        return new Encryption(wanted, context(wanted, root));
    }

    private static Mode mode(String text) {
        switch (text.toLowerCase(Locale.ROOT)) {
            case "":
            case "verify-full":
                return Mode.VERIFY_FULL;
            case "verify-ca":
                return Mode.VERIFY_CA;
            case "require":
                return Mode.REQUIRE;
            default:
                throw refused(
                        "Property [sslMode] takes verify-full, verify-ca, require or disable, not [" + text + "].");
        }
    }

    private static ServerError refused(String message) {
        return new ServerError(message, BAD_PROPERTY, null, null);
    }

    private static SSLContext context(Mode mode, String root) {
        try {
            SSLContext context = SSLContext.getInstance(PROTOCOL);
            TrustManager[] trust = null;
            if (!root.isEmpty()) {
                trust = trusting(Path.of(root));
            } else if (mode == Mode.REQUIRE) {
                trust = new TrustManager[] {new Anybody()};
            }
            context.init(null, trust, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has " + PROTOCOL, e);
        }
    }

    private static TrustManager[] trusting(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("root-" + number++, certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (IOException | GeneralSecurityException e) {
            throw new ServerError(
                    "The certificates of [sslRootCert=" + file + "] cannot be read.",
                    BAD_PROPERTY,
                    "It must be a file of PEM certificates.",
                    e);
        }
    }

    /// Encrypts a connection, and knows then whom it goes to.
    SSLSocket over(Socket plain, String host, int port) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {PROTOCOL});
        if (mode == Mode.VERIFY_FULL) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /// `sslMode=require` without a root certificate: nobody can listen, but who answers is not known.
    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
