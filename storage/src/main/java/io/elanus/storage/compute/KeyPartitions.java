package io.elanus.storage.compute;

import io.elanus.storage.filter.Expr;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Divides rows, or groups in the form of [HashAggregator#partialSchema], by their keys: equal keys fall into one part.
/// The parts of one level are divided anew by the next. One thread.
public final class KeyPartitions {
    private static final int BITS = 4;
    /// How many parts there are.
    public static final int COUNT = 1 << BITS;

    /// How many levels tell rows apart. Hash tables use the other end of the hash.
    public static final int LEVELS = 6;

    private final int keys;
    private final RowKeys encoder;
    /// Of single whole numbers, which are equal in columns of several types.
    private final boolean whole;
    /// For keys that are computed; null when they are the first columns.
    private final @Nullable BufferAllocator allocator;
    private final KeyBytes encoded = new KeyBytes();
    private final int shift;

    /// Of groups.
    ///
    /// @param keys of the aggregation
    /// @param level from 0, below [#LEVELS]
    public KeyPartitions(List<Expr> keys, int level) {
        this(
                IntStream.range(0, keys.size())
                        .<Expr>mapToObj(i -> new Expr.Input(i, keys.get(i).type()))
                        .toList(),
                level,
                null);
    }

    private KeyPartitions(List<Expr> keys, int level, @Nullable BufferAllocator allocator) {
        this.keys = keys.size();
        this.encoder = RowKeys.ofEquality(keys);
        this.whole = KeyNumbers.whole(keys);
        this.allocator = allocator;
        this.shift = Long.SIZE - BITS * (level + 1);
    }

    /// Of rows by the keys of a join: rows of both sides that have equal keys fall into one part.
    public static KeyPartitions ofRows(List<Expr> keys, int level, BufferAllocator allocator) {
        return new KeyPartitions(keys, level, allocator);
    }

    /// The rows of each part, in order.
    public int[][] rows(VectorSchemaRoot batch) {
        if (allocator == null) {
            return rows(batch.getFieldVectors().subList(0, keys), batch.getRowCount());
        }
        try (VectorSchemaRoot columns = encoder.project(batch, null, 0, allocator)) {
            return rows(columns.getFieldVectors(), batch.getRowCount());
        }
    }

    private int[][] rows(List<FieldVector> columns, int count) {
        int[] all = Selections.all(count);
        WholeColumn numbers = whole ? WholeColumn.of(columns.getFirst()) : null;
        if (numbers == null) {
            encoder.encode(columns, all, encoded);
        }
        int[] part = new int[all.length];
        int[] counts = new int[COUNT];
        for (int row = 0; row < all.length; row++) {
            long hash =
                    numbers == null ? encoded.hash(row) : numbers.isNull(row) ? 0 : WideTable.hash(numbers.get(row), 0);
            part[row] = (int) (hash >>> shift) & (COUNT - 1);
            counts[part[row]]++;
        }
        int[][] rows = new int[COUNT][];
        for (int i = 0; i < COUNT; i++) {
            rows[i] = new int[counts[i]];
            counts[i] = 0;
        }
        for (int row = 0; row < all.length; row++) {
            rows[part[row]][counts[part[row]]++] = row;
        }
        return rows;
    }
}
