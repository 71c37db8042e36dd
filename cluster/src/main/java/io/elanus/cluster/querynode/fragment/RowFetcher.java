package io.elanus.cluster.querynode.fragment;

import io.elanus.storage.compute.RowAppender;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.util.AutoCloseables;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Gathers rows that were chosen from several segments, in the order in which they were chosen. A row is named by a
/// locator: the place of its segment in the view above the ordinal.
final class RowFetcher {
    private final List<SegmentView> segments;
    private final List<Column> columns;
    private final BufferAllocator allocator;

    RowFetcher(List<SegmentView> segments, List<Column> columns, BufferAllocator allocator) {
        this.segments = segments;
        this.columns = columns;
        this.allocator = allocator;
    }

    static long locator(int segment, int row) {
        return ((long) segment << 32) | row;
    }

    static int segment(long locator) {
        return (int) (locator >>> 32);
    }

    static int row(long locator) {
        return (int) locator;
    }

    /// The rows `[from, from + count)` of the locators; owned by the caller.
    VectorSchemaRoot fetch(long[] locators, int from, int count) {
        int first = segment(locators[from]);
        for (int i = from; i < from + count; i++) {
            if (segment(locators[i]) != first) {
                return fetchMixed(locators, from, count);
            }
        }
        return gather(first, locators, from, count);
    }

    private VectorSchemaRoot gather(int segment, long[] locators, int from, int count) {
        int[] rows = new int[count];
        int found = 0;
        for (int i = from; i < from + count; i++) {
            if (segment(locators[i]) == segment) {
                rows[found++] = row(locators[i]);
            }
        }
        SegmentView view = segments.get(segment);
        return view.rows().gather(rows, found, columns, allocator);
    }

    /// Gathers each segment's rows by themselves, then deals them out in order, run by run.
    private VectorSchemaRoot fetchMixed(long[] locators, int from, int count) {
        @Nullable VectorSchemaRoot[] parts = new VectorSchemaRoot[segments.size()];
        int[] taken = new int[segments.size()];
        int[] run = new int[count];
        try (var appender = new RowAppender(ArrowTypes.schema(columns), allocator)) {
            int at = from;
            while (at < from + count) {
                int segment = segment(locators[at]);
                VectorSchemaRoot part = parts[segment];
                if (part == null) {
                    part = gather(segment, locators, from, count);
                    parts[segment] = part;
                }
                int length = 0;
                while (at < from + count && segment(locators[at]) == segment) {
                    run[length++] = taken[segment]++;
                    at++;
                }
                appender.append(part, run, 0, length);
            }
            return appender.take();
        } finally {
            close(parts);
        }
    }

    private static void close(@Nullable VectorSchemaRoot[] parts) {
        List<AutoCloseable> open = new ArrayList<>();
        Arrays.stream(parts).forEach(part -> {
            if (part != null) {
                open.add(part);
            }
        });
        AutoCloseables.closeNoChecked(() -> AutoCloseables.close(open));
    }
}
