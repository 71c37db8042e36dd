package io.elanus.storage.object.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.object.ObjectStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalObjectStoreTest extends ObjectStoreContract {
    @TempDir
    private Path folder;

    @Override
    protected ObjectStore open() {
        return LocalObjectStore.open(folder);
    }

    @Test
    void deletesWhatACrashLeftBehind() throws IOException {
        Path draft = folder.resolve("tmp").resolve("put-1");
        Files.writeString(draft, "half");
        open().close();
        assertThat(draft).doesNotExist();
    }
}
