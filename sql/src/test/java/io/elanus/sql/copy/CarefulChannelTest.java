package io.elanus.sql.copy;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.storage.segment.MemoryChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CarefulChannelTest {
    @ParameterizedTest
    @ValueSource(ints = {Integer.MAX_VALUE, Integer.MIN_VALUE, (64 << 20) + 1})
    void aLengthThatNoMetadataHasMakesNoArray(int length) {
        byte[] stream = ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(-1)
                .putInt(length)
                .array();
        try (var allocator = new RootAllocator();
                var reader = new ArrowStreamReader(new CarefulChannel(MemoryChannel.of(stream)), allocator)) {
            assertThatThrownBy(reader::getVectorSchemaRoot)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("[" + length + "] bytes");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
