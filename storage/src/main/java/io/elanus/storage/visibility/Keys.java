package io.elanus.storage.visibility;

import com.google.common.hash.Hashing;
import io.elanus.proto.grpc.Literal;
import io.elanus.storage.type.ColumnType;
import java.nio.charset.StandardCharsets;

/// Primary keys in their canonical byte form, the one used for hashing, locks, filters and delta logs.
///
/// BIGINT and INTEGER: 8 bytes, big endian, the sign bit flipped, so that byte order is numeric order. UUID: its 16
/// bytes. VARCHAR: its UTF-8 bytes, all of them.
public final class Keys {
    private Keys() {}

    public static byte[] ofLong(long key) {
        byte[] bytes = new byte[Long.BYTES];
        put(key, bytes);
        return bytes;
    }

    /// Puts the 8 bytes of a number at the start of an array.
    public static void put(long key, byte[] target) {
        long flipped = key ^ Long.MIN_VALUE;
        for (int i = 0; i < Long.BYTES; i++) {
            target[i] = (byte) (flipped >>> (56 - 8 * i));
        }
    }

    /// The canonical bytes of a key given as a constant of the key column's type.
    public static byte[] of(Literal key, ColumnType type) {
        return switch (type) {
            case ColumnType.Varchar _ -> key.getText().getBytes(StandardCharsets.UTF_8);
            case ColumnType.Simple.UUID -> key.getBinary().toByteArray();
            case ColumnType.Simple.BIGINT, ColumnType.Simple.INTEGER -> ofLong(key.getInt64());
            case ColumnType.Simple _, ColumnType.Decimal _, ColumnType.Array _, ColumnType.Vector _ ->
                throw new IllegalArgumentException("[%s] is not a key type".formatted(type.sql()));
        };
    }

    /// The number whose 8 bytes an array starts with.
    public static long toLong(byte[] key) {
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = value << 8 | (key[i] & 0xFF);
        }
        return value ^ Long.MIN_VALUE;
    }

    /// The stored hash that picks a row's shard: murmur3, 32 bits, seed 0, over the whole key. Never changes.
    public static int shardHash(byte[] key) {
        return Hashing.murmur3_32_fixed().hashBytes(key).asInt();
    }
}
