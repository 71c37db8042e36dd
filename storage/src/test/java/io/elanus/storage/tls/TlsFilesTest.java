package io.elanus.storage.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsFilesTest {
    @TempDir
    Path folder = Path.of("");

    private static String subject(ReloadingKeys keys) {
        return Objects.requireNonNull(keys.getCertificateChain("x"))[0]
                .getSubjectX500Principal()
                .getName();
    }

    @Test
    void readsRenewedFilesAndKeepsTheOldOnesWhenTheyAreBad() throws IOException {
        TestKeys first = TestKeys.make(folder, "first", "ip:127.0.0.1");
        TestKeys second = TestKeys.make(folder, "second", "ip:127.0.0.1");
        ReloadingKeys keys = first.keys();
        assertThat(subject(keys)).isEqualTo("CN=first");
        Files.writeString(first.certificate(), "half a cert");
        Files.setLastModifiedTime(first.certificate(), FileTime.fromMillis(1_000));
        assertThat(subject(keys)).isEqualTo("CN=first");
        Files.copy(second.certificate(), first.certificate(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(second.key(), first.key(), StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(first.certificate(), FileTime.fromMillis(2_000));
        assertThat(subject(keys)).isEqualTo("CN=second");
        assertThat(keys.chooseEngineServerAlias("EC", null, null)).isNotNull();
        assertThat(keys.chooseEngineServerAlias("RSA", null, null)).isNull();
    }

    @Test
    void saysWhichFileIsWrongAndNothingOfAKey() throws IOException {
        TestKeys good = TestKeys.make(folder, "good", "ip:127.0.0.1");
        Path missing = folder.resolve("missing.crt");
        assertThatThrownBy(() -> new ReloadingKeys(missing, good.key())).hasMessageContaining("missing.crt");
        assertThatThrownBy(() -> new ReloadingKeys(good.certificate(), good.certificate()))
                .hasMessageContaining("PKCS #8");
        Path damaged = folder.resolve("damaged.key");
        Files.writeString(damaged, "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
        assertThatThrownBy(() -> new ReloadingKeys(good.certificate(), damaged))
                .hasMessageContaining("damaged.key")
                .hasMessageNotContaining("c2Vj")
                .hasNoCause();
        assertThatThrownBy(() -> new TlsConfig("a", "", "", "", "")).hasMessageContaining("need each other");
        assertThat(TlsConfig.defaults().clientKeys()).isEmpty();
    }
}
