package io.elanus.cluster.client;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.meta.MetaStore;

/// Messages kept in the metadata store.
public final class StoredMessages {
    private StoredMessages() {}

    /// @throws StorageException CORRUPT, with the key, when the value is no such message
    public static <M extends MessageLite> M parse(MetaStore.Entry entry, Parser<M> parser) {
        try {
            return parser.parseFrom(entry.value());
        } catch (InvalidProtocolBufferException e) {
            throw new StorageException(
                    ErrorCode.CORRUPT,
                    "Metadata under [%s] is damaged. Restore the metadata store from a copy.".formatted(entry.key()),
                    e);
        }
    }
}
