package io.elanus.storage.tls;

import io.elanus.storage.setting.Setting;
import io.elanus.storage.setting.Settings;
import java.nio.file.Path;
import java.util.Optional;

/// Keys of the ports that clients use, and of the nodes of a cluster among each other.
public record TlsConfig(
        @Setting(
                doc = "PEM file with the certificates that the ports for clients show; empty: they are not encrypted",
                byDefault = "")
        String certificate,

        @Setting(doc = "PEM file with the private key of the certificate (PKCS #8)", byDefault = "")
        String key,

        @Setting(
                doc = "PEM file with this node's certificate for other nodes; empty: nodes do not encrypt",
                byDefault = "")
        String nodeCertificate,

        @Setting(doc = "PEM file with the private key of the node's certificate (PKCS #8)", byDefault = "")
        String nodeKey,

        @Setting(
                doc = "PEM file with the authorities whose certificates make a process a node of this cluster",
                byDefault = "")
        String nodeAuthority) {
    public TlsConfig {
        if (certificate.isEmpty() != key.isEmpty()) {
            throw new IllegalArgumentException("[security.tls.certificate] and [security.tls.key] need each other");
        }
        if (nodeCertificate.isEmpty() != nodeKey.isEmpty() || nodeCertificate.isEmpty() != nodeAuthority.isEmpty()) {
            throw new IllegalArgumentException(
                    "[security.tls.node-certificate], [security.tls.node-key] and [security.tls.node-authority] need each other");
        }
    }

    /// Keys for the ports of clients; empty: those are not encrypted.
    public Optional<ReloadingKeys> clientKeys() {
        return certificate.isEmpty()
                ? Optional.empty()
                : Optional.of(new ReloadingKeys(Path.of(certificate), Path.of(key)));
    }

    public Optional<NodeTls> nodes() {
        return nodeCertificate.isEmpty()
                ? Optional.empty()
                : Optional.of(new NodeTls(
                        new ReloadingKeys(Path.of(nodeCertificate), Path.of(nodeKey)),
                        new ReloadingTrust(Path.of(nodeAuthority))));
    }

    public static TlsConfig defaults() {
        return Settings.defaults(TlsConfig.class);
    }
}
