package io.elanus.sql.bulk;

import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.object.ObjectStore.ObjectInfo;
import java.nio.channels.SeekableByteChannel;

/// An object as a file. What it is was asked once: reads go by that length.
///
/// @param store borrowed; must stay open as long as channels are
/// @param place of the file, for people
record ObjectFile(ObjectStore store, ObjectInfo object, String place) implements SourceFile {
    @Override
    public String name() {
        return object.key().substring(object.key().lastIndexOf('/') + 1);
    }

    @Override
    public long bytes() {
        return object.bytes();
    }

    @Override
    public long modifiedMillis() {
        return object.modifiedMillis();
    }

    @Override
    public SeekableByteChannel open() {
        return new ObjectChannel(store, object.key(), object.bytes());
    }
}
