package io.elanus.storage.object.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.object.ObjectStoreContract;
import io.elanus.storage.testbed.S3Proxy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The contract against a real S3 server.
class S3ObjectStoreTest extends ObjectStoreContract {
    private static final AtomicInteger PREFIXES = new AtomicInteger();
    private static S3Proxy server;

    @TempDir
    private Path cache;

    private final String prefix = "test" + PREFIXES.incrementAndGet();

    @BeforeAll
    static void startServer() throws IOException {
        server = S3Proxy.start();
    }

    @AfterAll
    static void stopServer() {
        server.process().kill();
    }

    @Override
    protected ObjectStore open() {
        return open(server.url());
    }

    private ObjectStore open(String url) {
        return S3ObjectStore.open(
                new S3Config(
                        url,
                        "us-east-1",
                        S3Proxy.BUCKET,
                        prefix,
                        S3Proxy.ACCESS_KEY,
                        S3Proxy.SECRET_KEY,
                        Duration.ofSeconds(30)),
                cache);
    }

    @Test
    void aMappedObjectLeavesNoFileInTheCache() throws IOException {
        try (ObjectStore objects = open();
                var arena = java.lang.foreign.Arena.ofConfined()) {
            objects.put("big", List.of(ByteBuffer.allocate(3 << 20), ByteBuffer.allocate(1)));
            assertThat(objects.map("big", arena).byteSize()).isEqualTo((3 << 20) + 1);
            try (Stream<Path> files = Files.list(cache)) {
                assertThat(files).isEmpty();
            }
        }
    }

    @Test
    void aLargeObjectIsPutInPartsOnceAndForAll() {
        byte[] content = new byte[(21 << 20) + 11];
        new SplittableRandom(5).nextBytes(content);
        List<ByteBuffer> buffers =
                List.of(ByteBuffer.wrap(content, 0, 100), ByteBuffer.wrap(content, 100, content.length - 100));
        try (ObjectStore objects = open()) {
            objects.put("large", buffers);
            assertThat(objects.read("large")).isEqualTo(content);
            assertThat(objects.read("large", (16 << 20) - 5, 10))
                    .isEqualTo(Arrays.copyOfRange(content, (16 << 20) - 5, (16 << 20) + 5));
            assertThatThrownBy(() -> objects.put("large", List.of(ByteBuffer.allocate(17 << 20))))
                    .isInstanceOfSatisfying(
                            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OBJECT_EXISTS));
            assertThat(objects.read("large", 0, 50)).isEqualTo(Arrays.copyOf(content, 50));
            assertThat(objects.list("large")).hasSize(1);
        }
    }

    @Test
    void aServerThatDoesNotAnswerIsAnErrorThatSaysSo() {
        try (ObjectStore nobody = open("http://127.0.0.1:1")) {
            assertThatThrownBy(() -> nobody.read("a"))
                    .isInstanceOfSatisfying(
                            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IO_ERROR))
                    .hasMessageContaining("[a]");
        }
    }
}
