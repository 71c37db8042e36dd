package io.elanus.cluster.rootcoord;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.elanus.cluster.access.Access;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/// What a change of [Access] writes.
final class AccessWrites {
    private AccessWrites() {}

    /// The access of a schema that goes is deleted with the schema, whose key it shares.
    static void changes(Access before, Access after, BiConsumer<String, ByteString> put, Consumer<String> delete) {
        changes(before.roles(), after.roles(), RootKeys::role, put, delete);
        changes(before.relations(), after.relations(), RootKeys::access, put, delete);
        changes(before.schemas(), after.schemas(), RootKeys::schema, put, delete);
    }

    private static <K, V extends MessageLite> void changes(
            Map<K, V> before,
            Map<K, V> after,
            Function<K, String> key,
            BiConsumer<String, ByteString> put,
            Consumer<String> delete) {
        if (before == after) {
            return;
        }
        before.keySet().stream()
                .filter(gone -> !after.containsKey(gone))
                .forEach(gone -> delete.accept(key.apply(gone)));
        after.forEach((name, value) -> {
            if (!value.equals(before.get(name))) {
                put.accept(key.apply(name), value.toByteString());
            }
        });
    }
}
