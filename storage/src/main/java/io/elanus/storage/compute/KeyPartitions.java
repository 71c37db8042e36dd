package io.elanus.storage.compute;

import io.elanus.storage.filter.Expr;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Divides groups in the form of [HashAggregator#partialSchema] by their keys: equal keys fall into one part. The parts
/// of one level are divided anew by the next. One thread.
public final class KeyPartitions {
    private static final int BITS = 4;
    /// How many parts there are.
    public static final int COUNT = 1 << BITS;

    /// How many levels tell rows apart. Hash tables use the other end of the hash.
    public static final int LEVELS = 6;

    private final int keys;
    private final RowKeys encoder;
    private final KeyBytes encoded = new KeyBytes();
    private final int shift;

    /// @param keys of the aggregation
    /// @param level from 0, below [#LEVELS]
    public KeyPartitions(List<Expr> keys, int level) {
        this.keys = keys.size();
        this.encoder = RowKeys.ofEquality(IntStream.range(0, keys.size())
                .<Expr>mapToObj(i -> new Expr.Input(i, keys.get(i).type()))
                .toList());
        this.shift = Long.SIZE - BITS * (level + 1);
    }

    /// The rows of each part, in order.
    public int[][] rows(VectorSchemaRoot groups) {
        int[] all = Selections.all(groups.getRowCount());
        encoder.encode(groups.getFieldVectors().subList(0, keys), all, encoded);
        int[] part = new int[all.length];
        int[] counts = new int[COUNT];
        for (int row = 0; row < all.length; row++) {
            part[row] = (int) (encoded.hash(row) >>> shift) & (COUNT - 1);
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
