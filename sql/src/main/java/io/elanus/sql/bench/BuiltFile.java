package io.elanus.sql.bench;

import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.IndexFormats;
import io.elanus.storage.index.IndexSpec;
import io.elanus.storage.index.VectorIndex;
import io.elanus.storage.index.VectorIndexFormat;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.index.VectorIndexFormat.BuiltIndex;
import io.elanus.storage.index.VectorSource;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// An index built into a file, and what that took.
///
/// @param bytes of the file
record BuiltFile(VectorIndexFormat format, Path file, double seconds, double cpuSeconds, long bytes) {
    static BuiltFile build(IndexSpec spec, VectorSource vectors, Path file, int threads) throws IOException {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        try (ExecutorService pool = Executors.newFixedThreadPool(Math.max(1, threads - 1))) {
            VectorIndexFormat chosen = new IndexFormats(new BuildPool(pool, threads)).check(spec);
            long cpu = system.getProcessCpuTime();
            long start = System.nanoTime();
            try (BuiltIndex built = chosen.build(spec, vectors, BuildMonitor.NONE)) {
                double seconds = (System.nanoTime() - start) / 1e9;
                double cpuSeconds = (system.getProcessCpuTime() - cpu) / 1e9;
                write(built, file);
                return new BuiltFile(chosen, file, seconds, cpuSeconds, built.bytes());
            }
        }
    }

    private static void write(BuiltIndex built, Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (ByteBuffer part : built.parts()) {
                ByteBuffer left = part.duplicate();
                while (left.hasRemaining()) {
                    channel.write(left);
                }
            }
        }
    }

    /// The index where the file is mapped, as a server serves it; checked in full.
    VectorIndex open(VectorSource vectors, Arena arena) throws IOException {
        VectorIndex index = openUnchecked(vectors, arena);
        index.verify();
        return index;
    }

    /// The same with its header checked alone, as a server begins to serve a large file.
    VectorIndex openUnchecked(VectorSource vectors, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return format.open(file.toString(), mapped, vectors);
        }
    }
}
