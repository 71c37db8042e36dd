package io.elanus.storage.compute;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Evaluator;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Projection;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// Groups rows by keys and computes aggregates per group. Rows ([#add]) and partial states ([#merge]) may be mixed;
/// then the groups come out once, as partial states ([#nextPartial]) or as results ([#nextResult]). Without keys
/// there is exactly one group, also over no rows. NULL keys are equal to each other. Groups come in the order in
/// which they were first met.
public final class HashAggregator implements AutoCloseable {
    private static final int KEY_BATCH = 8192;

    private final List<Expr> keys;
    private final List<AggregateCall> calls;
    private final BufferAllocator allocator;
    private final HeapAccount tableAccount;
    private final HeapAccount stateAccount;
    private final RowKeys rowKeys;
    private final RowKeys stateKeys;
    private final GroupNumbers numbers;
    private final List<CallState> states = new ArrayList<>();
    /// Key columns of the groups, in their order, in batches of [#KEY_BATCH].
    private final List<VectorSchemaRoot> groupKeys = new ArrayList<>();
    private final RowAppender openKeys;
    private int given;

    public HashAggregator(List<Expr> keys, List<AggregateCall> calls, BufferAllocator allocator) {
        this.keys = List.copyOf(keys);
        this.calls = List.copyOf(calls);
        this.allocator = allocator;
        this.rowKeys = RowKeys.ofEquality(keys);
        this.stateKeys = RowKeys.ofEquality(inputs(keys));
        this.tableAccount = new HeapAccount(allocator);
        this.stateAccount = new HeapAccount(allocator);
        this.numbers = GroupNumbers.of(keys, tableAccount);
        for (AggregateCall call : calls) {
            states.add(new CallState(call, allocator, tableAccount));
        }
        this.openKeys = new RowAppender(new Schema(keyFields(keys)), allocator);
        if (keys.isEmpty()) {
            states.forEach(state -> state.accumulator.grow(1));
        }
    }

    private static List<Expr> inputs(List<Expr> keys) {
        return IntStream.range(0, keys.size())
                .<Expr>mapToObj(i -> new Expr.Input(i, keys.get(i).type()))
                .toList();
    }

    private static List<Field> keyFields(List<Expr> keys) {
        return IntStream.range(0, keys.size())
                .mapToObj(i -> ArrowTypes.field("k" + i, keys.get(i).type()))
                .toList();
    }

    /// Keys as `k0…`, then the state columns of all calls as `s0…`.
    public static Schema partialSchema(List<Expr> keys, List<AggregateCall> calls) {
        var fields = new ArrayList<>(keyFields(keys));
        int at = 0;
        for (AggregateCall call : calls) {
            for (ColumnType type : call.function().stateTypes(call.argumentTypes())) {
                fields.add(ArrowTypes.field("s" + at++, type));
            }
        }
        return new Schema(fields);
    }

    /// Takes all rows of the batch, which stays with its owner.
    public void add(VectorSchemaRoot batch) {
        add(batch, Selections.bitmap(batch.getRowCount()), 0);
    }

    /// Takes the rows whose bits are set; row i is bit `bitOffset + i`.
    public void add(VectorSchemaRoot batch, long[] bitmap, int bitOffset) {
        int[] rows = Selections.rows(bitmap, bitOffset, batch.getRowCount());
        if (rows.length == 0) {
            return;
        }
        int[] groups;
        if (keys.isEmpty()) {
            groups = new int[rows.length];
        } else {
            try (VectorSchemaRoot columns = rowKeys.project(batch, bitmap, bitOffset, allocator)) {
                groups = groups(rowKeys, columns, rows);
            }
        }
        for (CallState state : states) {
            state.add(batch, bitmap, bitOffset, rows, groups, groupCount());
        }
        countStates();
    }

    /// Takes groups in the form of [#partialSchema].
    public void merge(VectorSchemaRoot partial) {
        int count = partial.getRowCount();
        if (count == 0) {
            return;
        }
        int[] groups = keys.isEmpty() ? new int[count] : groups(stateKeys, partial, Selections.all(count));
        int column = keys.size();
        for (CallState state : states) {
            int width = state.stateColumns();
            state.accumulator.grow(groupCount());
            state.accumulator.merge(partial.getFieldVectors().subList(column, column + width), groups, count);
            column += width;
        }
        countStates();
    }

    private int groupCount() {
        return keys.isEmpty() ? 1 : numbers.count();
    }

    private void countStates() {
        long bytes = 0;
        for (CallState state : states) {
            bytes += state.accumulator.heapBytes();
        }
        stateAccount.set(bytes);
    }

    /// The group of each row; the keys of new groups are kept.
    private int[] groups(RowKeys encoder, VectorSchemaRoot columns, int[] rows) {
        int[] groups = new int[rows.length];
        int[] fresh = new int[rows.length];
        int freshCount = numbers.number(encoder, columns.getFieldVectors(), rows, groups, fresh);
        for (int from = 0; from < freshCount; ) {
            int count = Math.min(KEY_BATCH - openKeys.rows(), freshCount - from);
            openKeys.append(columns.getFieldVectors().subList(0, keys.size()), fresh, from, count);
            from += count;
            if (openKeys.rows() == KEY_BATCH) {
                groupKeys.add(openKeys.take());
            }
        }
        return groups;
    }

    /// The next groups as partial states, owned by the caller; null after the last.
    public @Nullable VectorSchemaRoot nextPartial(int maxRows) {
        return next(maxRows, partialSchema(keys, calls), true);
    }

    /// The next groups as keys and results named as given, owned by the caller; null after the last.
    public @Nullable VectorSchemaRoot nextResult(List<String> names, int maxRows) {
        var fields = new ArrayList<Field>();
        for (int i = 0; i < names.size(); i++) {
            ColumnType type = i < keys.size()
                    ? keys.get(i).type()
                    : calls.get(i - keys.size()).type();
            fields.add(ArrowTypes.field(names.get(i), type));
        }
        return next(maxRows, new Schema(fields), false);
    }

    private @Nullable VectorSchemaRoot next(int maxRows, Schema schema, boolean partial) {
        if (openKeys.rows() > 0) {
            groupKeys.add(openKeys.take());
        }
        int left = groupCount() - given;
        if (left == 0) {
            return null;
        }
        int count = Math.min(Math.min(maxRows, left), KEY_BATCH - given % KEY_BATCH);
        var out = VectorSchemaRoot.create(schema, allocator);
        try {
            copyKeys(out, count);
            int column = keys.size();
            for (CallState state : states) {
                state.accumulator.grow(groupCount());
                int width = partial ? state.stateColumns() : 1;
                List<FieldVector> columns = out.getFieldVectors().subList(column, column + width);
                if (partial) {
                    state.accumulator.writeState(given, count, columns);
                } else {
                    state.accumulator.writeResult(given, count, columns.getFirst());
                }
                column += width;
            }
            out.setRowCount(count);
            given += count;
            return out;
        } catch (Throwable e) {
            out.close();
            throw e;
        }
    }

    private void copyKeys(VectorSchemaRoot out, int count) {
        if (keys.isEmpty()) {
            return;
        }
        VectorSchemaRoot source = groupKeys.get(given / KEY_BATCH);
        int[] rows = new int[count];
        Arrays.setAll(rows, i -> given % KEY_BATCH + i);
        for (int i = 0; i < keys.size(); i++) {
            new ColumnAppender(out.getVector(i)).append(source.getVector(i), rows, 0, count, 0);
        }
    }

    @Override
    public void close() {
        groupKeys.forEach(VectorSchemaRoot::close);
        groupKeys.clear();
        openKeys.close();
        stateAccount.close();
        tableAccount.close();
    }

    /// One call with its compiled arguments and filter.
    private static final class CallState {
        private final AggregateCall call;
        private final Projection arguments;
        private final @Nullable Evaluator filter;
        private final Accumulator accumulator;
        private final @Nullable RowKeys distinctKeys;
        private final GroupTable seen;
        private final BufferAllocator allocator;
        private final KeyBytes encoded = new KeyBytes();
        private final KeyBytes groupedKey = new KeyBytes();

        CallState(AggregateCall call, BufferAllocator allocator, HeapAccount account) {
            this.call = call;
            this.allocator = allocator;
            int count = call.arguments().size();
            this.arguments = new Projection(
                    call.arguments(),
                    IntStream.range(0, count).mapToObj(i -> "a" + i).toList());
            this.filter = call.filter().map(Evaluator::compile).orElse(null);
            this.accumulator = Accumulators.of(call);
            this.distinctKeys = call.distinct() ? RowKeys.ofEquality(inputs(call.arguments())) : null;
            this.seen = new GroupTable(account);
        }

        int stateColumns() {
            if (call.distinct()) {
                throw new StorageException(
                        ErrorCode.FEATURE_NOT_SUPPORTED,
                        "A DISTINCT aggregate has no partial state. Group in one place.");
            }
            return call.function().stateTypes(call.argumentTypes()).size();
        }

        void add(VectorSchemaRoot batch, long[] bitmap, int bitOffset, int[] rows, int[] groups, int groupCount) {
            accumulator.grow(groupCount);
            long[] chosen = bitmap;
            int offset = bitOffset;
            int[] chosenRows = rows;
            int[] chosenGroups = groups;
            int count = rows.length;
            if (filter != null) {
                chosen = new long[(batch.getRowCount() + 63) >>> 6];
                io.elanus.storage.filter.Bitmaps.read(bitmap, bitOffset, batch.getRowCount(), chosen);
                offset = 0;
                filter.select(batch, chosen, 0);
                chosenRows = new int[rows.length];
                chosenGroups = new int[rows.length];
                count = 0;
                for (int i = 0; i < rows.length; i++) {
                    if ((chosen[rows[i] >>> 6] & 1L << rows[i]) != 0) {
                        chosenRows[count] = rows[i];
                        chosenGroups[count++] = groups[i];
                    }
                }
            }
            try (VectorSchemaRoot columns = arguments.project(batch, chosen, offset, allocator)) {
                List<FieldVector> vectors = columns.getFieldVectors();
                if (distinctKeys != null) {
                    count = keepNew(distinctKeys, vectors, chosenRows.clone(), chosenGroups.clone(), count);
                    accumulator.add(vectors, keptRows, keptGroups, count);
                } else {
                    accumulator.add(vectors, chosenRows, chosenGroups, count);
                }
            }
        }

        private int[] keptRows = new int[0];
        private int[] keptGroups = new int[0];

        /// Leaves the rows whose arguments the group has not seen.
        private int keepNew(RowKeys keys, List<FieldVector> vectors, int[] rows, int[] groups, int count) {
            keys.encode(vectors, Arrays.copyOf(rows, count), encoded);
            int kept = 0;
            for (int i = 0; i < count; i++) {
                groupedKey.set(groups[i], encoded, i);
                int before = seen.count();
                if (seen.add(groupedKey, 0) == before) {
                    rows[kept] = rows[i];
                    groups[kept++] = groups[i];
                }
            }
            keptRows = rows;
            keptGroups = groups;
            return kept;
        }
    }
}
