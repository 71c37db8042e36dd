package io.elanus.storage.compute;

import io.elanus.storage.filter.Expr;
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
    private static final int KEY_BATCH = 4096;
    /// Rows that are taken at a time, so that their groups stay in the cache from one aggregate to the next.
    private static final int BLOCK = 2048;

    private final List<Expr> keys;
    private final List<AggregateCall> calls;
    private final BufferAllocator allocator;
    private final HeapAccount tableAccount;
    private final HeapAccount stateAccount;
    private final RowKeys rowKeys;
    private final GroupNumbers numbers;
    private final GroupRows groupRows = new GroupRows();
    private final List<AggregateState> states = new ArrayList<>();
    /// Key columns of the groups, in their order, in batches of [#KEY_BATCH].
    private final List<VectorSchemaRoot> groupKeys = new ArrayList<>();
    private final RowAppender openKeys;
    private int given;
    private final int[] block = new int[BLOCK];
    private int[] blockGroups = new int[BLOCK];
    private int[] fresh = new int[BLOCK];

    public HashAggregator(List<Expr> keys, List<AggregateCall> calls, BufferAllocator allocator) {
        this.keys = List.copyOf(keys);
        this.calls = List.copyOf(calls);
        this.allocator = allocator;
        this.rowKeys = RowKeys.ofEquality(keys);
        this.tableAccount = new HeapAccount(allocator);
        this.stateAccount = new HeapAccount(allocator);
        this.numbers = GroupNumbers.of(keys, rowKeys, tableAccount);
        for (AggregateCall call : calls) {
            states.add(new AggregateState(call, groupRows, tableAccount));
        }
        this.openKeys = new RowAppender(new Schema(keyFields(keys)), allocator);
        if (keys.isEmpty()) {
            grow();
        }
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

    /// Keys and results, named as given.
    static Schema resultSchema(List<Expr> keys, List<AggregateCall> calls, List<String> names) {
        var fields = new ArrayList<Field>();
        for (int i = 0; i < names.size(); i++) {
            ColumnType type = i < keys.size()
                    ? keys.get(i).type()
                    : calls.get(i - keys.size()).type();
            fields.add(ArrowTypes.field(names.get(i), type));
        }
        return new Schema(fields);
    }

    /// Takes all rows of the batch, which stays with its owner.
    public void add(VectorSchemaRoot batch) {
        add(batch, Selections.bitmap(batch.getRowCount()), 0);
    }

    /// Takes the rows whose bits are set; row i is bit `bitOffset + i`.
    public void add(VectorSchemaRoot batch, long[] bitmap, int bitOffset) {
        try (VectorSchemaRoot columns = rowKeys.project(batch, bitmap, bitOffset, allocator)) {
            for (AggregateState state : states) {
                state.begin(batch, bitmap, bitOffset, allocator);
            }
            for (int from = 0; from < batch.getRowCount(); from += BLOCK) {
                int length = Math.min(BLOCK, batch.getRowCount() - from);
                int count = Selections.fill(bitmap, bitOffset, from, length, block);
                if (count > 0) {
                    addBlock(columns, count);
                }
            }
        } finally {
            states.forEach(AggregateState::end);
        }
        countStates();
    }

    private void addBlock(VectorSchemaRoot columns, int count) {
        boolean one = keys.isEmpty();
        if (one) {
            groupRows.addToOne(count);
        } else {
            number(columns, block, count);
            grow();
            groupRows.add(blockGroups, count);
        }
        for (AggregateState state : states) {
            state.add(block, blockGroups, count, one);
        }
    }

    /// Takes groups in the form of [#partialSchema].
    public void merge(VectorSchemaRoot partial) {
        int count = partial.getRowCount();
        if (count == 0) {
            return;
        }
        blockGroups = Growth.ints(blockGroups, count);
        fresh = Growth.ints(fresh, count);
        if (!keys.isEmpty()) {
            number(partial, Selections.all(count), count);
        }
        int column = keys.size();
        grow();
        for (AggregateState state : states) {
            int width = state.stateColumns();
            state.accumulator.merge(partial.getFieldVectors().subList(column, column + width), blockGroups, count);
            column += width;
        }
        countStates();
    }

    private int groupCount() {
        return keys.isEmpty() ? 1 : numbers.count();
    }

    private void grow() {
        int groups = groupCount();
        groupRows.grow(groups);
        for (AggregateState state : states) {
            state.grow(groups);
        }
    }

    private void countStates() {
        long bytes = groupRows.heapBytes();
        for (AggregateState state : states) {
            bytes += state.heapBytes();
        }
        stateAccount.set(bytes);
    }

    /// Fills in the group of each of these rows; the keys of new groups are kept.
    private void number(VectorSchemaRoot columns, int[] rows, int count) {
        int freshCount = numbers.number(columns.getFieldVectors(), rows, count, blockGroups, fresh);
        for (int from = 0; from < freshCount; ) {
            int length = Math.min(KEY_BATCH - openKeys.rows(), freshCount - from);
            openKeys.append(columns.getFieldVectors().subList(0, keys.size()), fresh, from, length);
            from += length;
            if (openKeys.rows() == KEY_BATCH) {
                groupKeys.add(openKeys.take());
            }
        }
    }

    /// Ends adding: the groups can be absorbed by others from now on, or taken out.
    public void seal() {
        if (openKeys.rows() > 0) {
            groupKeys.add(openKeys.take());
        }
    }

    /// Groups at hand.
    public int groups() {
        return groupCount();
    }

    /// Takes those groups of another aggregation of the same kind, which is sealed and keeps them, that fall in one of
    /// `parts` parts by their keys. Several may take parts of one at the same time.
    ///
    /// @param check called now and then
    public void absorb(HashAggregator other, int part, int parts, Runnable check) {
        int[] theirs = new int[BLOCK];
        int groups = other.groupCount();
        for (int from = 0; from < groups; from += BLOCK) {
            int end = Math.min(groups, from + BLOCK);
            int count = 0;
            for (int group = from; group < end; group++) {
                if (parts == 1 || other.numbers.part(group, parts) == part) {
                    block[count] = group % KEY_BATCH;
                    theirs[count++] = group;
                }
            }
            check.run();
            if (count > 0) {
                absorb(other, from / KEY_BATCH, theirs, count);
            }
        }
        countStates();
    }

    private void absorb(HashAggregator other, int keyBatch, int[] theirs, int count) {
        if (!keys.isEmpty()) {
            number(other.groupKeys.get(keyBatch), block, count);
        }
        grow();
        groupRows.absorb(other.groupRows, theirs, blockGroups, count);
        for (int i = 0; i < states.size(); i++) {
            states.get(i).absorb(other.states.get(i), theirs, blockGroups, count);
        }
    }

    /// The next groups as partial states, owned by the caller; null after the last.
    public @Nullable VectorSchemaRoot nextPartial(int maxRows) {
        return next(maxRows, partialSchema(keys, calls), true);
    }

    /// The next groups as keys and results named as given, owned by the caller; null after the last.
    public @Nullable VectorSchemaRoot nextResult(List<String> names, int maxRows) {
        return next(maxRows, resultSchema(keys, calls, names), false);
    }

    private @Nullable VectorSchemaRoot next(int maxRows, Schema schema, boolean partial) {
        seal();
        int left = groupCount() - given;
        if (left == 0) {
            return null;
        }
        int count = Math.min(Math.min(maxRows, left), KEY_BATCH - given % KEY_BATCH);
        var out = VectorSchemaRoot.create(schema, allocator);
        try {
            moveKeys(out, count);
            int column = keys.size();
            for (AggregateState state : states) {
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

    /// The keys of groups that have been handed out are not needed any more.
    private void moveKeys(VectorSchemaRoot out, int count) {
        if (keys.isEmpty()) {
            return;
        }
        VectorSchemaRoot source = groupKeys.get(given / KEY_BATCH);
        int[] rows = new int[count];
        Arrays.setAll(rows, i -> given % KEY_BATCH + i);
        for (int i = 0; i < keys.size(); i++) {
            if (count == source.getRowCount()) {
                source.getVector(i).makeTransferPair(out.getVector(i)).transfer();
            } else {
                new ColumnAppender(out.getVector(i)).append(source.getVector(i), rows, 0, count, 0);
            }
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
}
