package io.elanus.storage.log.rocksdb;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Keys of the log's column family: `pchannel 0x00 position`.
final class LogKeys {
    private LogKeys() {}

    static byte[] of(String pchannel, long position) {
        byte[] name = pchannel.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(name.length + 1 + Long.BYTES)
                .put(name)
                .put((byte) 0)
                .putLong(position)
                .array();
    }

    /// Above every key of the channel.
    static byte[] end(String pchannel) {
        byte[] name = pchannel.getBytes(StandardCharsets.UTF_8);
        byte[] key = Arrays.copyOf(name, name.length + 1);
        key[name.length] = 1;
        return key;
    }

    static String pchannel(byte[] key) {
        return new String(key, 0, key.length - 1 - Long.BYTES, StandardCharsets.UTF_8);
    }

    static long position(byte[] key) {
        return ByteBuffer.wrap(key, key.length - Long.BYTES, Long.BYTES).getLong();
    }

    static byte[] position(long position) {
        return ByteBuffer.allocate(Long.BYTES).putLong(position).array();
    }

    static long decodePosition(byte[] value) {
        return ByteBuffer.wrap(value).getLong();
    }
}
