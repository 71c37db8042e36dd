package io.elanus.sql.dml;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.visibility.Keys;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A key in its canonical bytes, comparable.
record KeyBytes(byte[] bytes) {
    static KeyBytes of(Literal key, ColumnType type) {
        return new KeyBytes(
                switch (type) {
                    case ColumnType.Varchar _ -> key.getText().getBytes(StandardCharsets.UTF_8);
                    case ColumnType.Simple.UUID -> key.getBinary().toByteArray();
                    case ColumnType.Simple _, ColumnType.Decimal _, ColumnType.Array _, ColumnType.Vector _ ->
                        Keys.ofLong(key.getInt64());
                });
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
