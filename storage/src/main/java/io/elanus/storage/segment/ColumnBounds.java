package io.elanus.storage.segment;

import com.google.protobuf.ByteString;
import io.elanus.proto.grpc.Literal;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.segment.column.Bits;
import io.elanus.storage.segment.column.ColumnMemory;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.HybridTime;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToLongFunction;

/// Computes and merges [ColumnStatistics].
final class ColumnBounds {
    /// Longer text has no bounds: they would bloat manifests.
    static final int MAX_TEXT_BYTES = 128;

    private ColumnBounds() {}

    /// Of the first `rows` rows of a column.
    static ColumnStatistics of(Column column, ColumnMemory memory, int rows) {
        int present = Bits.cardinality(memory.validity(), rows);
        ColumnStatistics unknown =
                new ColumnStatistics(column.id(), rows - present, Optional.empty(), Optional.empty());
        if (present == 0) {
            return unknown;
        }
        return switch (column.type()) {
            case ColumnType.Simple simple -> ofSimple(unknown, simple, memory, rows);
            case ColumnType.Varchar _ -> ofText(unknown, memory, rows);
            case ColumnType.Decimal _, ColumnType.Array _, ColumnType.Vector _ -> unknown;
        };
    }

    /// The statistics of several chunks together. A column that one of them does not know is left out.
    static SegmentStatistics merge(List<SegmentStatistics> chunks) {
        int rows = 0;
        long minTs = HybridTime.MAX;
        long maxTs = HybridTime.MIN;
        for (SegmentStatistics chunk : chunks) {
            rows += chunk.rows();
            minTs = Math.min(minTs, chunk.minTs());
            maxTs = Math.max(maxTs, chunk.maxTs());
        }
        List<ColumnStatistics> columns = new ArrayList<>();
        if (!chunks.isEmpty()) {
            for (ColumnStatistics column : chunks.getFirst().columns()) {
                merge(column.columnId(), chunks).ifPresent(columns::add);
            }
        }
        return new SegmentStatistics(rows, minTs, maxTs, columns);
    }

    private static Optional<ColumnStatistics> merge(int columnId, List<SegmentStatistics> chunks) {
        var merged = new ColumnStatistics(columnId, 0, Optional.empty(), Optional.empty());
        int rows = 0;
        for (SegmentStatistics chunk : chunks) {
            Optional<ColumnStatistics> next = chunk.find(columnId);
            if (next.isEmpty()) {
                return Optional.empty();
            }
            merged =
                    merge(merged, merged.nulls() == rows, next.get(), next.get().nulls() == chunk.rows());
            rows += chunk.rows();
        }
        return Optional.of(merged);
    }

    /// Bounds that are unknown make those of both unknown, unless they are absent because all values are NULL.
    private static ColumnStatistics merge(ColumnStatistics a, boolean aIsNull, ColumnStatistics b, boolean bIsNull) {
        long nulls = a.nulls() + b.nulls();
        if (aIsNull) {
            return new ColumnStatistics(a.columnId(), nulls, b.min(), b.max());
        }
        if (bIsNull) {
            return new ColumnStatistics(a.columnId(), nulls, a.min(), a.max());
        }
        return new ColumnStatistics(a.columnId(), nulls, outer(a.min(), b.min(), -1), outer(a.max(), b.max(), 1));
    }

    /// The lesser (side -1) or greater (side 1) of two bounds.
    private static Optional<Literal> outer(Optional<Literal> a, Optional<Literal> b, int side) {
        if (a.isEmpty() || b.isEmpty()) {
            return Optional.empty();
        }
        return Integer.signum(compare(a.get(), b.get())) == side ? a : b;
    }

    /// Of two constants of one type.
    static int compare(Literal a, Literal b) {
        return switch (a.getValueCase()) {
            case BOOL -> Boolean.compare(a.getBool(), b.getBool());
            case INT64 -> Long.compare(a.getInt64(), b.getInt64());
            case FLOAT64 -> Double.compare(a.getFloat64(), b.getFloat64());
            case TEXT, BINARY, NULL, LIST, VALUE_NOT_SET ->
                ByteString.unsignedLexicographicalComparator().compare(bytes(a), bytes(b));
        };
    }

    private static ByteString bytes(Literal literal) {
        return literal.getValueCase() == Literal.ValueCase.TEXT ? literal.getTextBytes() : literal.getBinary();
    }

    private static ColumnStatistics ofSimple(
            ColumnStatistics unknown, ColumnType.Simple type, ColumnMemory memory, int rows) {
        long data = memory.data();
        return switch (type) {
            case BOOLEAN -> ofBooleans(unknown, memory, rows);
            case TINYINT -> ofIntegers(unknown, memory, rows, row -> NativeMemory.byteAt(data + row));
            case SMALLINT -> ofIntegers(unknown, memory, rows, row -> NativeMemory.shortAt(data + 2L * row));
            case INTEGER, DATE -> ofIntegers(unknown, memory, rows, row -> NativeMemory.intAt(data + 4L * row));
            case BIGINT, TIME, TIMESTAMP, TIMESTAMP_TZ ->
                ofIntegers(unknown, memory, rows, row -> NativeMemory.longAt(data + 8L * row));
            case REAL, DOUBLE -> ofReals(unknown, type == ColumnType.Simple.REAL, memory, rows);
            case VARBINARY, UUID, JSON -> unknown;
        };
    }

    private static ColumnStatistics ofBooleans(ColumnStatistics unknown, ColumnMemory memory, int rows) {
        boolean min = true;
        boolean max = false;
        for (int row = 0; row < rows; row++) {
            if (!memory.isNull(row)) {
                boolean value = Bits.at(memory.data(), row);
                min &= value;
                max |= value;
            }
        }
        return known(
                unknown,
                Literal.newBuilder().setBool(min).build(),
                Literal.newBuilder().setBool(max).build());
    }

    private static ColumnStatistics ofIntegers(
            ColumnStatistics unknown, ColumnMemory memory, int rows, IntToLongFunction value) {
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        boolean nulls = unknown.nulls() > 0;
        for (int row = 0; row < rows; row++) {
            if (!nulls || !memory.isNull(row)) {
                long at = value.applyAsLong(row);
                min = Math.min(min, at);
                max = Math.max(max, at);
            }
        }
        return known(
                unknown,
                Literal.newBuilder().setInt64(min).build(),
                Literal.newBuilder().setInt64(max).build());
    }

    private static ColumnStatistics ofReals(ColumnStatistics unknown, boolean single, ColumnMemory memory, int rows) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (int row = 0; row < rows; row++) {
            if (!memory.isNull(row)) {
                double value = single
                        ? NativeMemory.floatAt(memory.data() + 4L * row)
                        : Double.longBitsToDouble(NativeMemory.longAt(memory.data() + 8L * row));
                if (Double.isNaN(value)) {
                    return unknown;
                }
                min = Math.min(min, value);
                max = Math.max(max, value);
            }
        }
        // Zero has two signs that compare as equal: the bounds take in both.
        double low = min == 0 ? -0.0 : min;
        double high = max == 0 ? 0.0 : max;
        return known(
                unknown,
                Literal.newBuilder().setFloat64(low).build(),
                Literal.newBuilder().setFloat64(high).build());
    }

    private static ColumnStatistics ofText(ColumnStatistics unknown, ColumnMemory memory, int rows) {
        int least = -1;
        int greatest = -1;
        for (int row = 0; row < rows; row++) {
            if (!memory.isNull(row)) {
                least = least < 0 || compareText(memory, row, least) < 0 ? row : least;
                greatest = greatest < 0 || compareText(memory, row, greatest) > 0 ? row : greatest;
            }
        }
        if (length(memory, least) > MAX_TEXT_BYTES || length(memory, greatest) > MAX_TEXT_BYTES) {
            return unknown;
        }
        return known(unknown, text(textAt(memory, least)), text(textAt(memory, greatest)));
    }

    private static int compareText(ColumnMemory memory, int a, int b) {
        long atA = memory.data() + memory.offset(a);
        long atB = memory.data() + memory.offset(b);
        return compareBytes(atA, length(memory, a), atB, length(memory, b));
    }

    /// Unsigned, a prefix first.
    static int compareBytes(long a, int lengthA, long b, int lengthB) {
        MemorySegment all = NativeMemory.ALL;
        int shorter = Math.min(lengthA, lengthB);
        long at = MemorySegment.mismatch(all, a, a + shorter, all, b, b + shorter);
        if (at < 0) {
            return Integer.compare(lengthA, lengthB);
        }
        return Integer.compare(NativeMemory.byteAt(a + at) & 0xFF, NativeMemory.byteAt(b + at) & 0xFF);
    }

    private static int length(ColumnMemory memory, int row) {
        return memory.offset(row + 1) - memory.offset(row);
    }

    private static String textAt(ColumnMemory memory, int row) {
        byte[] bytes = new byte[length(memory, row)];
        MemorySegment.copy(
                NativeMemory.ALL, ValueLayout.JAVA_BYTE, memory.data() + memory.offset(row), bytes, 0, bytes.length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static Literal text(String value) {
        return Literal.newBuilder().setText(value).build();
    }

    private static ColumnStatistics known(ColumnStatistics unknown, Literal min, Literal max) {
        return new ColumnStatistics(unknown.columnId(), unknown.nulls(), Optional.of(min), Optional.of(max));
    }
}
