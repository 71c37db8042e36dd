package io.elanus.storage.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/// A certificate that is its own authority, and its key, as PEM files; made by the JDK's keytool.
///
/// @param certificate for 127.0.0.1, or the name that was asked for
public record TestKeys(Path certificate, Path key) {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final int LINE = 64;

    /// @param name of the files, and of the certificate's subject
    /// @param altName such as `ip:127.0.0.1`
    public static TestKeys make(Path folder, String name, String altName) {
        Path store = folder.resolve(name + ".p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        try {
            Process made = new ProcessBuilder(List.of(
                            keytool,
                            "-genkeypair",
                            "-alias",
                            "own",
                            "-keyalg",
                            "EC",
                            "-groupname",
                            "secp256r1",
                            "-dname",
                            "CN=" + name,
                            "-ext",
                            "san=" + altName,
                            "-ext",
                            "bc:c",
                            "-validity",
                            "3650",
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            store.toString(),
                            "-storepass",
                            "changeit"))
                    .inheritIO()
                    .start();
            if (made.waitFor() != 0) {
                throw new IllegalStateException("keytool failed");
            }
            KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
            Path certificate = write(
                    folder.resolve(name + ".crt"),
                    "CERTIFICATE",
                    keys.getCertificate("own").getEncoded());
            Path key = write(
                    folder.resolve(name + ".key"),
                    "PRIVATE KEY",
                    keys.getKey("own", PASSWORD).getEncoded());
            return new TestKeys(certificate, key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path write(Path file, String kind, byte[] bytes) throws IOException {
        String body = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(bytes);
        return Files.writeString(file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, body, kind));
    }

    public ReloadingKeys keys() {
        return new ReloadingKeys(certificate, key);
    }
}
