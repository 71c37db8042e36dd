package io.elanus.sql.bench;

import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.VectorIndex;
import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.index.VectorIndex.Searcher;
import io.elanus.storage.index.VectorSource;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// How long an index file takes from being mapped to its first answer while nothing of it is in memory, as after a
/// start of the computer.
final class ColdOpen {
    /// POSIX_FADV_DONTNEED of Linux.
    private static final int DROP = 4;

    private ColdOpen() {}

    /// Milliseconds; the first that the program searches with any index, so with nothing compiled.
    static double millis(BuiltFile build, VectorSource vectors, float[] query, int k) throws IOException {
        dropFromMemory(build.file());
        long start = System.nanoTime();
        try (Arena arena = Arena.ofShared();
                VectorIndex index = build.openUnchecked(vectors, arena);
                Searcher searcher = index.newSearcher()) {
            searcher.search(query, SearchParameters.nearest(k), RowFilter.all(vectors.rows()), new Hits(k));
            return (System.nanoTime() - start) / 1e6;
        }
    }

    private static void dropFromMemory(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true); // what is not on disk yet is not dropped
        }
        Linker linker = Linker.nativeLinker();
        try (Arena arena = Arena.ofConfined()) {
            int opened = (int) call(
                    linker,
                    "open",
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                    arena.allocateFrom(file.toString()),
                    0);
            call(
                    linker,
                    "posix_fadvise",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_INT),
                    opened,
                    0L,
                    0L,
                    DROP);
            call(linker, "close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT), opened);
        }
    }

    @SuppressWarnings("restricted") // native access is given to the whole program
    private static Object call(Linker linker, String name, FunctionDescriptor form, Object... arguments)
            throws IOException {
        MemorySegment function = linker.defaultLookup()
                .find(name)
                .orElseThrow(() -> new IOException("This system has no [" + name + "]"));
        try {
            return linker.downcallHandle(function, form).invokeWithArguments(arguments);
        } catch (Throwable e) { // a handle declares the widest
            throw new IOException("The call of [" + name + "] failed", e);
        }
    }
}
