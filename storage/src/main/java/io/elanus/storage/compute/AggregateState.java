package io.elanus.storage.compute;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Bitmaps;
import io.elanus.storage.filter.Evaluator;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Projection;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// One call of an aggregation with its compiled arguments, its filter, and what it has of every group.
final class AggregateState {
    private final AggregateCall call;
    private final Projection projection;
    private final @Nullable Evaluator filter;
    private final @Nullable RowKeys distinctKeys;
    private final GroupTable seen;
    private final KeyBytes encoded = new KeyBytes();
    private final KeyBytes groupedKey = new KeyBytes();
    private final boolean ownsRows;
    /// The rows it was given; those of all calls without a filter and DISTINCT are the same.
    private final GroupRows rows;
    final Accumulator accumulator;
    /// Of the batch at hand.
    private @Nullable VectorSchemaRoot columns;

    private @Nullable Arguments arguments;
    private long[] chosen = new long[0];
    private int[] keptRows = new int[0];
    private int[] keptGroups = new int[0];

    /// @param shared counts the rows of calls without a filter and DISTINCT
    AggregateState(AggregateCall call, GroupRows shared, HeapAccount account) {
        this.call = call;
        List<Expr> exprs = call.arguments();
        this.projection = new Projection(
                exprs, IntStream.range(0, exprs.size()).mapToObj(i -> "a" + i).toList());
        this.filter = call.filter().map(Evaluator::compile).orElse(null);
        this.distinctKeys = call.distinct() ? RowKeys.ofEquality(exprs) : null;
        this.seen = new GroupTable(account);
        this.ownsRows = filter != null || call.distinct();
        this.rows = ownsRows ? new GroupRows() : shared;
        this.accumulator = Accumulators.of(call, rows);
    }

    int stateColumns() {
        if (call.distinct()) {
            throw new StorageException(
                    ErrorCode.FEATURE_NOT_SUPPORTED, "A DISTINCT aggregate has no partial state. Group in one place.");
        }
        return call.function().stateTypes(call.argumentTypes()).size();
    }

    void grow(int groups) {
        rows.grow(groups);
        accumulator.grow(groups);
    }

    /// Computes the arguments of the rows whose bits are set, for blocks of them to be added.
    void begin(VectorSchemaRoot batch, long[] bitmap, int bitOffset, BufferAllocator allocator) {
        long[] wanted = bitmap;
        int offset = bitOffset;
        if (filter != null) {
            wanted = new long[(batch.getRowCount() + 63) >>> 6];
            Bitmaps.read(bitmap, bitOffset, batch.getRowCount(), wanted);
            filter.select(batch, wanted, 0);
            chosen = wanted;
            offset = 0;
        }
        VectorSchemaRoot projected = projection.project(batch, wanted, offset, allocator);
        columns = projected;
        arguments = new Arguments(projected.getFieldVectors());
    }

    /// Adds rows of the batch: row `block[i]` to group `groups[i]`.
    ///
    /// @param one all groups are 0
    void add(int[] block, int[] groups, int count, boolean one) {
        Arguments given = arguments;
        if (given == null) {
            throw new IllegalStateException("No batch was begun");
        }
        if (!ownsRows) {
            add(given, block, groups, count, one);
            return;
        }
        keptRows = Growth.ints(keptRows, count);
        keptGroups = Growth.ints(keptGroups, count);
        int kept = passing(block, groups, count);
        if (distinctKeys != null) {
            kept = keepNew(distinctKeys, given, kept);
        }
        if (kept > 0) {
            if (one) {
                rows.addToOne(kept);
            } else {
                rows.add(keptGroups, kept);
            }
            add(given, keptRows, keptGroups, kept, one);
        }
    }

    private void add(Arguments given, int[] block, int[] groups, int count, boolean one) {
        if (one) {
            accumulator.addToOne(given, block, groups, count);
        } else {
            accumulator.add(given, block, groups, count);
        }
    }

    private int passing(int[] block, int[] groups, int count) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (filter == null || (chosen[block[i] >>> 6] & 1L << block[i]) != 0) {
                keptRows[kept] = block[i];
                keptGroups[kept++] = groups[i];
            }
        }
        return kept;
    }

    /// Leaves the rows whose arguments the group has not seen.
    private int keepNew(RowKeys keys, Arguments given, int count) {
        keys.encode(given.columns, keptRows, count, encoded);
        int kept = 0;
        for (int i = 0; i < count; i++) {
            groupedKey.set(keptGroups[i], encoded, i);
            int before = seen.count();
            if (seen.add(groupedKey, 0) == before) {
                keptRows[kept] = keptRows[i];
                keptGroups[kept++] = keptGroups[i];
            }
        }
        return kept;
    }

    /// Frees the arguments of the batch.
    void end() {
        if (columns != null) {
            columns.close();
            columns = null;
            arguments = null;
        }
    }

    void absorb(AggregateState other, int[] theirs, int[] groups, int count) {
        if (ownsRows) {
            rows.absorb(other.rows, theirs, groups, count);
        }
        accumulator.absorb(other.accumulator, theirs, groups, count);
    }

    long heapBytes() {
        return accumulator.heapBytes() + (ownsRows ? rows.heapBytes() : 0);
    }
}
