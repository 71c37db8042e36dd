package io.elanus.storage.memory;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// An arena whose large pieces are mapped files without a name: the system writes them out and takes their memory
/// back when it is short of it. A crash leaves nothing behind. Small pieces come from another arena, which this one
/// owns. Thread safe.
///
/// A disk that runs full later than this looked makes such a piece unreadable; see [MappedFault].
public final class TemporaryFileArena implements Arena {
    private static final long LARGE = 1 << 20;

    private final Path folder;
    private final Arena files = Arena.ofShared();
    private final Arena small;

    /// @param small taken over
    public TemporaryFileArena(Path folder, Arena small) {
        this.folder = folder;
        this.small = small;
    }

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        if (byteSize < LARGE) {
            return small.allocate(byteSize, byteAlignment);
        }
        try {
            // Files.getFileStore wants the folder's mount point, which is not to be seen from a changed root.
            if (Files.isDirectory(folder) && folder.toFile().getUsableSpace() < byteSize) {
                throw new StorageException(
                        ErrorCode.DISK_FULL,
                        "[%d] bytes do not fit on the disk of folder [%s]. Free some space there."
                                .formatted(byteSize, folder));
            }
            return map(byteSize);
        } catch (IOException e) {
            throw new StorageException(
                    ErrorCode.IO_ERROR,
                    "No temporary file of [%d] bytes can be had in folder [%s]: [%s]. Look at its disk."
                            .formatted(byteSize, folder, e),
                    e);
        }
    }

    private MemorySegment map(long bytes) throws IOException {
        Path file = Files.createTempFile(folder, "memory-", ".tmp");
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
            return channel.map(MapMode.READ_WRITE, 0, bytes, files);
        }
    }

    @Override
    public MemorySegment.Scope scope() {
        return files.scope();
    }

    @Override
    public void close() {
        try (small) {
            files.close();
        }
    }
}
