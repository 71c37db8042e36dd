package io.elanus.storage.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// A certificate, its own authority or of another one, and its key, as PEM files; made by the JDK's keytool.
///
/// @param certificate for 127.0.0.1, or the name that was asked for
public record TestKeys(Path certificate, Path key) {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final int LINE = 64;

    /// @param name of the files, and of the certificate's subject
    /// @param altName such as `ip:127.0.0.1`
    public static TestKeys make(Path folder, String name, String altName) {
        return make(folder.resolve(name + ".p12"), name, List.of("-ext", "san=" + altName, "-ext", "bc:c"));
    }

    /// A certificate that this one has signed.
    public TestKeys issue(String name, String altName) {
        return make(store(), name, List.of("-ext", "san=" + altName, "-signer", alias()));
    }

    private String alias() {
        return String.valueOf(certificate.getFileName()).replace(".crt", "");
    }

    private Path store() {
        return certificate.resolveSibling(alias() + ".p12");
    }

    private static TestKeys make(Path store, String name, List<String> options) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + name,
                "-validity",
                "3650",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit"));
        command.addAll(options);
        try {
            if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
                throw new IllegalStateException("keytool failed");
            }
            KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
            Path certificate = write(
                    store.resolveSibling(name + ".crt"),
                    "CERTIFICATE",
                    keys.getCertificate(name).getEncoded());
            Path key = write(
                    store.resolveSibling(name + ".key"),
                    "PRIVATE KEY",
                    keys.getKey(name, PASSWORD).getEncoded());
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
