package io.elanus.storage.compute;

import io.elanus.storage.filter.Cells;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.FieldVector;

/// PERCENTILE_CONT: keeps the DOUBLE values of each group, which it sorts for the result, and reads between the two
/// that are next to the fraction. NULLs are passed over.
final class NumberPercentiles implements Accumulator {
    private static final ColumnType VALUES = new ColumnType.Array(Simple.DOUBLE);
    private static final double[] NONE = {};

    private final ColumnType type;
    private final WithinGroup within;
    private double[][] values = new double[0][];
    private int[] sizes = new int[0];
    private long bytes;

    NumberPercentiles(AggregateCall call) {
        this.type = call.type();
        this.within = new WithinGroup(call);
    }

    @Override
    public void grow(int count) {
        if (count > values.length) {
            int earlier = values.length;
            values = Arrays.copyOf(values, Math.max(count, 2 * earlier));
            Arrays.fill(values, earlier, values.length, NONE);
        }
        sizes = Growth.ints(sizes, count);
        within.grow(count);
    }

    @Override
    public void add(Arguments arguments, int[] rows, int[] groups, int count) {
        FieldVector column = arguments.first();
        for (int i = 0; i < count; i++) {
            int group = groups[i];
            within.settle(group, arguments.columns, rows[i]);
            if (!column.isNull(rows[i])) {
                room(group, 1);
                values[group][sizes[group]++] = Slots.number(column, rows[i], Simple.DOUBLE);
            }
        }
    }

    private void room(int group, int more) {
        int needed = Math.addExact(sizes[group], more);
        int length = values[group].length;
        if (needed > length) {
            int grown = Math.max(needed, Math.max(4, length + (length >> 1)));
            values[group] = Arrays.copyOf(values[group], grown);
            bytes += 8L * (grown - length) + (length == 0 ? 16 : 0);
        }
    }

    @Override
    public void merge(List<FieldVector> states, int[] groups, int count) {
        for (int i = 0; i < count; i++) {
            int group = groups[i];
            within.settle(group, states, i);
            if (Cells.read(states.getFirst(), i, VALUES) instanceof List<?> items) {
                room(group, items.size());
                for (Object item : items) {
                    if (item instanceof Double value) {
                        values[group][sizes[group]++] = value;
                    }
                }
            }
        }
    }

    @Override
    public void absorb(Accumulator other, int[] theirs, int[] groups, int count) {
        var percentiles = (NumberPercentiles) other;
        for (int i = 0; i < count; i++) {
            int group = groups[i];
            int their = theirs[i];
            within.settle(group, percentiles.within, their);
            int size = percentiles.sizes[their];
            room(group, size);
            System.arraycopy(percentiles.values[their], 0, values[group], sizes[group], size);
            sizes[group] += size;
        }
    }

    @Override
    public void writeState(int from, int count, List<FieldVector> columns) {
        for (int i = 0; i < count; i++) {
            int group = from + i;
            var items = new ArrayList<Double>(sizes[group]);
            for (int at = 0; at < sizes[group]; at++) {
                items.add(values[group][at]);
            }
            Cells.write(items, VALUES, columns.getFirst(), i);
            within.write(group, columns, i);
        }
    }

    @Override
    public void writeResult(int from, int count, FieldVector column) {
        for (int i = 0; i < count; i++) {
            int group = from + i;
            Object result = null;
            if (sizes[group] > 0) {
                Arrays.sort(values[group], 0, sizes[group]);
                result = Fractions.apply(within.fraction(group), fraction -> at(group, fraction));
            }
            Cells.write(result, type, column, i);
        }
    }

    private Double at(int group, double fraction) {
        int last = sizes[group] - 1;
        double place = fraction * last;
        int below = (int) Math.floor(place);
        int above = (int) Math.ceil(place);
        double low = ordered(group, below, last);
        return below == above ? low : low + (place - below) * (ordered(group, above, last) - low);
    }

    private double ordered(int group, int at, int last) {
        return values[group][within.descending(group) ? last - at : at];
    }

    @Override
    public long heapBytes() {
        return 12L * sizes.length + within.heapBytes() + bytes;
    }
}
