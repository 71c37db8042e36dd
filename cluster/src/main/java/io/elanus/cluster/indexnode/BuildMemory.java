package io.elanus.cluster.indexnode;

import io.elanus.storage.memory.AccountedArena;
import io.elanus.storage.memory.TemporaryFileArena;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;

/// Where builds of a node take their memory: all of it counts against the process's limit but for what lies in
/// temporary files, which is what a file will hold, several times as much as a build works in.
///
/// @param allocator the node's own
/// @param folder of temporary files; empty: there are none
record BuildMemory(BufferAllocator allocator, Optional<Path> folder) {
    Arena newScratch() {
        return new AccountedArena(allocator);
    }

    Arena newContent() {
        Arena small = new AccountedArena(allocator);
        return folder.isPresent() ? new TemporaryFileArena(folder.get(), small) : small;
    }
}
