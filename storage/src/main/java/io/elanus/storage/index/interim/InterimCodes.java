package io.elanus.storage.index.interim;

import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.index.VectorSource;
import io.elanus.storage.index.code.BlockCodes;
import io.elanus.storage.index.code.PreparedVectors;
import io.elanus.storage.index.code.ResidualCodes;
import io.elanus.storage.kernel.BlockScan;
import io.elanus.storage.kernel.BlockScan.Planes;
import io.elanus.storage.kernel.DistanceKernel;
import io.elanus.storage.kernel.Distances;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.kernel.Rotation;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/// Codes of the first rows of a segment, growing as the segment does. Owns their memory, which comes from the
/// allocator given and counts there; closed when no searcher is left.
public final class InterimCodes implements AutoCloseable {
    /// Fewer rows are not worth codes: comparing them takes no longer than a graph search.
    public static final int LEAST_ROWS = 4_096;

    /// Allocations are rounded up to a power of two, so a page is one.
    private static final int PAGE_BYTES = 1 << 18;

    /// A code is filled up to 64 dimensions; far below, the vector itself is hardly longer.
    private static final int FEW_DIMENSIONS = 16;
    /// From here on a bit a dimension tells enough apart.
    private static final int WIDE = 256;

    private static final int FEW_BITS = 1;
    private static final int MORE_BITS = 2;

    /// What searchers read: immutable, replaced as a whole.
    ///
    /// @param pages addresses of pages of equally many blocks
    /// @param rows that have a code, NULL ones included; whole blocks
    @SuppressWarnings("ArrayRecordComponent")
    record Coded(ResidualCodes codes, long[] pages, int rows) {
        static int blocksOfPage(Planes planes) {
            return (int) Math.max(1, PAGE_BYTES / planes.blockBytes());
        }

        long block(int number) {
            int ofPage = blocksOfPage(codes.planes());
            return pages[number / ofPage] + number % ofPage * codes.planes().blockBytes();
        }
    }

    private final Metric metric;
    private final ColumnType.Vector type;
    private final DistanceKernel kernel;
    private final BufferAllocator memory;
    private final List<ArrowBuf> owned = new ArrayList<>();
    private volatile @Nullable Coded coded;
    private final AtomicLong bytes = new AtomicLong();

    public InterimCodes(Metric metric, ColumnType.Vector type, BufferAllocator memory) {
        if (!supports(metric, type)) {
            throw new IllegalArgumentException("No codes for " + metric + " over " + type);
        }
        this.metric = metric;
        this.type = type;
        this.kernel = Distances.kernel(metric, type);
        this.memory = memory;
    }

    /// Codes stand for products and lengths of real numbers.
    public static boolean supports(Metric metric, ColumnType.Vector type) {
        return BlockCodes.supports(metric)
                && type.element() != VectorElement.BINARY
                && !type.sparse()
                && type.dimension() >= FEW_DIMENSIONS;
    }

    /// Rows from 0 that have a code.
    public int rows() {
        Coded now = coded;
        return now == null ? 0 : now.rows;
    }

    public long memoryBytes() {
        return bytes.get();
    }

    Metric metric() {
        return metric;
    }

    ColumnType.Vector type() {
        return type;
    }

    DistanceKernel kernel() {
        return kernel;
    }

    @Nullable
    Coded coded() {
        return coded;
    }

    /// A searcher, to be told what it searches; see [InterimSearcher#over].
    public InterimSearcher newSearcher() {
        return new InterimSearcher(this);
    }

    /// Makes the codes of further rows of the segment, up to the end of a page: a task of some milliseconds. Does
    /// nothing below [#LEAST_ROWS]. One thread at a time. When memory runs out the allocator's exception
    /// is thrown and the codes stay as they were.
    ///
    /// @param source the segment's vectors, those that have codes included
    public void extend(VectorSource source) {
        Coded before = coded;
        if (before == null) {
            if (source.rows() >= LEAST_ROWS) {
                extend(new Coded(newCodes(source), new long[0], 0), source);
            }
        } else {
            extend(before, source);
        }
    }

    private void extend(Coded before, VectorSource source) {
        Planes planes = before.codes.planes();
        int pageRows = Coded.blocksOfPage(planes) * BlockScan.LANES;
        int page = before.rows / pageRows;
        int end = Math.min(source.rows() / BlockScan.LANES * BlockScan.LANES, (page + 1) * pageRows);
        if (end <= before.rows) {
            return;
        }
        long[] pages = before.pages;
        if (page == pages.length) {
            pages = Arrays.copyOf(pages, page + 1);
            pages[page] = allocate(Coded.blocksOfPage(planes) * planes.blockBytes());
        }
        Coded after = new Coded(before.codes, pages, end);
        encode(after, before.rows, source);
        coded = after;
    }

    private void encode(Coded to, int from, VectorSource source) {
        ResidualCodes codes = to.codes;
        try (Arena scratch = Arena.ofConfined()) {
            // The centre is the base: its step to itself is 0.
            long base = scratch.allocate(codes.transformedBytes(), 64).address();
            long vector = scratch.allocate(2 * codes.transformedBytes(), 64).address();
            long prepared = scratch.allocate(kernel.queryBytes(), 64).address();
            for (int row = from; row < to.rows; row++) {
                if (!source.isNull(row)) {
                    kernel.prepareStored(source.address(row), prepared);
                    codes.transform(prepared, vector);
                    codes.encode(base, vector, to.block(row / BlockScan.LANES), row % BlockScan.LANES);
                }
            }
        }
    }

    private ResidualCodes newCodes(VectorSource source) {
        int dimension = type.dimension();
        long signs = allocate(Rotation.signBytes(dimension));
        long centre = allocate(dimension * 4L);
        try (Arena scratch = Arena.ofShared()) {
            copy(ResidualCodes.drawSigns(dimension, scratch), signs);
            if (metric != Metric.IP) {
                copy(new Page(source, kernel).mean(BuildPool.CALLER, BuildMonitor.NONE, scratch), centre);
            }
        }
        int bits = dimension < WIDE ? MORE_BITS : FEW_BITS;
        return new ResidualCodes(metric, new Rotation(dimension, signs), centre, ResidualCodes.planes(dimension, bits));
    }

    private static void copy(MemorySegment from, long to) {
        NativeMemory.copy(from.address(), to, from.byteSize());
    }

    /// The first rows, which the centre is the mean of.
    private record Page(VectorSource source, DistanceKernel kernel) implements PreparedVectors {
        @Override
        public int count() {
            return LEAST_ROWS;
        }

        @Override
        public int dimension() {
            return source.type().dimension();
        }

        @Override
        public void prepare(int number, long to) {
            if (source.isNull(number)) {
                for (int d = 0; d < dimension(); d++) {
                    NativeMemory.putFloat(to + d * 4L, 0);
                }
            } else {
                kernel.prepareStored(source.address(number), to);
            }
        }
    }

    /// Zeros.
    private long allocate(long size) {
        ArrowBuf buffer = memory.buffer(size);
        buffer.setZero(0, buffer.capacity());
        owned.add(buffer);
        bytes.addAndGet(buffer.capacity());
        return buffer.memoryAddress();
    }

    @Override
    public void close() {
        coded = null;
        owned.forEach(ArrowBuf::close);
        owned.clear();
        bytes.set(0);
    }
}
