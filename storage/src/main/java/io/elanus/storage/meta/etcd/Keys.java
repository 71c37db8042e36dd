package io.elanus.storage.meta.etcd;

import com.google.protobuf.ByteString;
import io.elanus.storage.meta.MetaStore.Entry;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import java.nio.charset.StandardCharsets;

/// Between our keys and values and etcd's.
record Keys(String prefix) {
    ByteSequence of(String key) {
        return bytes(prefix + key);
    }

    /// The slots of a client; never under the prefix of the data.
    ByteSequence slot(String client, int slot) {
        return bytes("~" + prefix + "/" + client + "/" + slot);
    }

    String key(KeyValue pair) {
        return pair.getKey().toString(StandardCharsets.UTF_8).substring(prefix.length());
    }

    Entry entry(KeyValue pair) {
        return new Entry(
                key(pair),
                ByteString.copyFrom(pair.getValue().getBytes()),
                pair.getCreateRevision(),
                pair.getModRevision(),
                pair.getLease());
    }

    static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    static ByteSequence bytes(ByteString value) {
        return ByteSequence.from(value.toByteArray());
    }
}
