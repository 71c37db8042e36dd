package io.elanus.storage.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.proto.grpc.LogHeader;
import io.elanus.proto.grpc.Write;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LogMessageCodecTest {
    private static final LogHeader HEADER = LogHeader.newBuilder()
            .setTs(77)
            .setVchannel("p0_1v0")
            .setWrite(Write.newBuilder().setRequestId("r1").setRowsBytes(3).setDeletesBytes(2))
            .build();

    private static byte[] record() {
        return LogMessageCodec.encode(
                HEADER, ByteBuffer.wrap(new byte[] {1, 2, 3}), ByteBuffer.wrap(new byte[] {4, 5}));
    }

    private static LogMessage decode(byte[] record) {
        return LogMessageCodec.decode("p0", new LogEntry(9, record));
    }

    @Test
    void returnsHeaderRowsAndDeletes() {
        LogMessage message = decode(record());
        assertThat(message.header()).isEqualTo(HEADER);
        assertThat(message.rows()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        assertThat(message.deletes()).isEqualTo(ByteBuffer.wrap(new byte[] {4, 5}));
    }

    @Test
    void refusesEveryFlippedBit() {
        byte[] whole = record();
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] damaged = whole.clone();
            damaged[bit >>> 3] ^= (byte) (1 << (bit & 7));
            assertThatThrownBy(() -> decode(damaged))
                    .isInstanceOfSatisfying(
                            StorageException.class,
                            e -> assertThat(e.code()).isIn(ErrorCode.CORRUPT, ErrorCode.FORMAT_TOO_NEW))
                    .hasMessageContaining("position [9] of [p0]");
        }
    }

    @Test
    void refusesEveryTruncation() {
        byte[] whole = record();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> decode(cut)).hasMessageContaining("damaged");
        }
    }

    @Test
    void refusesANewerVersionByName() {
        byte[] newer = record();
        newer[4] = 2;
        assertThatThrownBy(() -> decode(newer)).hasMessageContaining("format version [2]");
    }
}
