package io.elanus.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;

class MemoryChannelTest {
    /// A cancel interrupts the thread; what it writes just then must not fail in a way of its own.
    @Test
    void aBatchIsWrittenAndReadByAThreadThatIsInterrupted() {
        try (BufferAllocator allocator = new RootAllocator();
                var numbers = new BigIntVector("n", allocator)) {
            numbers.allocateNew(3);
            for (int i = 0; i < 3; i++) {
                numbers.set(i, i * 7L);
            }
            numbers.setValueCount(3);
            Thread.currentThread().interrupt();
            byte[] encoded = ArrowBatches.encode(new VectorSchemaRoot(List.of(numbers)));
            try (VectorSchemaRoot decoded = ArrowBatches.decode(encoded, allocator)) {
                assertThat(decoded.getVector(0).getObject(2)).isEqualTo(14L);
            }
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
