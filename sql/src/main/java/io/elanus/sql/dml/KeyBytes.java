package io.elanus.sql.dml;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.visibility.Keys;
import java.util.Arrays;

/// A key in its canonical bytes, comparable.
public record KeyBytes(byte[] bytes) {
    public static KeyBytes of(Literal key, ColumnType type) {
        return new KeyBytes(Keys.of(key, type));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyBytes key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
