package io.elanus.storage.segment;

import io.elanus.storage.object.MappedObject;
import io.elanus.storage.segment.column.ColumnMemory;
import io.elanus.storage.segment.column.SharedMemory;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The memory of one chunk, whether it was appended or mapped. Valid while a reference to its owner is held.
interface ChunkMemory {
    SharedMemory owner();

    /// The write timestamps, 8 bytes a row, none NULL.
    ColumnMemory timestampColumn();

    /// Address of the write timestamps.
    default long timestamps() {
        return timestampColumn().data();
    }

    /// The memory of a column; null when the chunk was written before the column was added. Content that comes from
    /// a file is verified the first time it is asked for.
    @Nullable
    ColumnMemory find(int columnId);

    /// The same, but content of a fixed width that comes from a file may be anything: for who checks it later.
    default @Nullable ColumnMemory findUnchecked(int columnId) {
        return find(columnId);
    }

    /// Where the bytes of [#findUnchecked] have to be asked for before they are looked at; empty: they are there.
    default Optional<MappedObject> incomplete(int columnId) {
        return Optional.empty();
    }
}
