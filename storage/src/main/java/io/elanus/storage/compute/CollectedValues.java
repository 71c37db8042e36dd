package io.elanus.storage.compute;

import io.elanus.storage.filter.Cells;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/// ARRAY_AGG, NULLs included; NULL over no rows.
final class CollectedValues implements Accumulator {
    private final ColumnType type;
    private @Nullable Object[] lists = new @Nullable Object[0];
    private long bytes;

    CollectedValues(ColumnType type) {
        this.type = type;
    }

    @Override
    public void grow(int count) {
        lists = Growth.objects(lists, count);
    }

    @Override
    public void add(Arguments arguments, int[] rows, int[] groups, int count) {
        for (int i = 0; i < count; i++) {
            Object cell = Cells.read(arguments.first(), rows[i], type);
            list(groups[i]).add(cell);
            bytes += 8 + Slots.bytes(cell);
        }
    }

    @SuppressWarnings("unchecked")
    private List<@Nullable Object> list(int group) {
        Object list = lists[group];
        if (list == null) {
            list = new ArrayList<@Nullable Object>();
            lists[group] = list;
        }
        return (List<@Nullable Object>) list;
    }

    @Override
    public void merge(List<FieldVector> states, int[] groups, int count) {
        var array = new ColumnType.Array(type);
        for (int i = 0; i < count; i++) {
            if (Cells.read(states.getFirst(), i, array) instanceof List<?> items) {
                list(groups[i]).addAll(items);
                bytes += Slots.bytes(items);
            }
        }
    }

    @Override
    public void absorb(Accumulator other, int[] theirs, int[] groups, int count) {
        for (int i = 0; i < count; i++) {
            if (((CollectedValues) other).lists[theirs[i]] instanceof List<?> items) {
                list(groups[i]).addAll(items);
                bytes += Slots.bytes(items);
            }
        }
    }

    @Override
    public void writeState(int from, int count, List<FieldVector> columns) {
        writeResult(from, count, columns.getFirst());
    }

    @Override
    public void writeResult(int from, int count, FieldVector column) {
        for (int i = 0; i < count; i++) {
            Cells.write(lists[from + i], new ColumnType.Array(type), column, i);
        }
    }

    @Override
    public long heapBytes() {
        return 8L * lists.length + bytes;
    }
}
