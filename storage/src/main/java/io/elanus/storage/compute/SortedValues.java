package io.elanus.storage.compute;

import io.elanus.storage.filter.Cells;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/// PERCENTILE_DISC and MODE: keeps the values of each group, whatever their type, and sorts them for the result. Of
/// values that are equally frequent MODE is the first. NULLs are passed over.
final class SortedValues implements Accumulator {
    private static final Comparator<Object> ASCENDING = Cells::compare;

    private final boolean mode;
    private final ColumnType itemType;
    private final ColumnType listType;
    private final ColumnType type;
    private final WithinGroup within;
    private @Nullable Object[] lists = new @Nullable Object[0];
    private long bytes;

    SortedValues(AggregateCall call) {
        this.mode = call.function() == AggregateFunction.MODE;
        this.itemType = call.argumentTypes().getFirst();
        this.listType = new ColumnType.Array(itemType);
        this.type = call.type();
        this.within = new WithinGroup(call);
    }

    @Override
    public void grow(int count) {
        lists = Growth.objects(lists, count);
        within.grow(count);
    }

    @Override
    public void add(Arguments arguments, int[] rows, int[] groups, int count) {
        for (int i = 0; i < count; i++) {
            Object cell = Cells.read(arguments.first(), rows[i], itemType);
            within.settle(groups[i], arguments.columns, rows[i]);
            if (cell != null) {
                list(groups[i]).add(cell);
                bytes += 8 + Slots.bytes(cell);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private List<Object> list(int group) {
        Object list = lists[group];
        if (list == null) {
            list = new ArrayList<>();
            lists[group] = list;
        }
        return (List<Object>) list;
    }

    @Override
    public void merge(List<FieldVector> states, int[] groups, int count) {
        for (int i = 0; i < count; i++) {
            within.settle(groups[i], states, i);
            if (Cells.read(states.getFirst(), i, listType) instanceof List<?> items) {
                list(groups[i]).addAll(items);
                bytes += Slots.bytes(items);
            }
        }
    }

    @Override
    public void absorb(Accumulator other, int[] theirs, int[] groups, int count) {
        var values = (SortedValues) other;
        for (int i = 0; i < count; i++) {
            int group = groups[i];
            within.settle(group, values.within, theirs[i]);
            if (values.lists[theirs[i]] instanceof List<?> items) {
                list(group).addAll(items);
                bytes += Slots.bytes(items);
            }
        }
    }

    @Override
    public void writeState(int from, int count, List<FieldVector> columns) {
        for (int i = 0; i < count; i++) {
            Cells.write(lists[from + i], listType, columns.getFirst(), i);
            within.write(from + i, columns, i);
        }
    }

    @Override
    public void writeResult(int from, int count, FieldVector column) {
        for (int i = 0; i < count; i++) {
            Cells.write(result(from + i), type, column, i);
        }
    }

    private @Nullable Object result(int group) {
        if (lists[group] == null) {
            return null;
        }
        List<Object> sorted = list(group);
        sorted.sort(within.descending(group) ? ASCENDING.reversed() : ASCENDING);
        return mode ? mostFrequent(sorted) : Fractions.apply(within.fraction(group), fraction -> at(sorted, fraction));
    }

    private static Object at(List<Object> sorted, double fraction) {
        return sorted.get(Math.max((int) Math.ceil(fraction * sorted.size()), 1) - 1);
    }

    private static Object mostFrequent(List<Object> sorted) {
        Object best = sorted.getFirst();
        int most = 0;
        int from = 0;
        for (int at = 1; at <= sorted.size(); at++) {
            if (at == sorted.size() || Cells.compare(sorted.get(at), sorted.get(from)) != 0) {
                if (at - from > most) {
                    most = at - from;
                    best = sorted.get(from);
                }
                from = at;
            }
        }
        return best;
    }

    @Override
    public long heapBytes() {
        return 8L * lists.length + within.heapBytes() + bytes;
    }
}
