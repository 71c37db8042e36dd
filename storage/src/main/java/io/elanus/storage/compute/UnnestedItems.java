package io.elanus.storage.compute;

import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.ListVector;

/// Walks the items of the arrays of a batch, row after row, some at a time. Borrows the arrays.
public final class UnnestedItems {
    public static final UnnestedItems NONE = new UnnestedItems(List.of(), 0, false);

    private final List<FieldVector> arrays;
    private final int rowCount;
    private final boolean outer;
    private int row;
    private int item;
    private int[] rows = new int[0];
    private int[] numbers = new int[0];
    private int count;

    /// @param arrays columns of lists, walked side by side
    /// @param outer a row without items counts once
    public UnnestedItems(List<FieldVector> arrays, int rowCount, boolean outer) {
        this.arrays = List.copyOf(arrays);
        this.rowCount = rowCount;
        this.outer = outer;
    }

    /// Goes on by at most so many items; 0 at the end.
    public int advance(int most) {
        if (rows.length < most) {
            rows = new int[most];
            numbers = new int[most];
        }
        count = 0;
        while (row < rowCount && count < most) {
            int length = length(row);
            if (length == 0 && outer) {
                rows[count] = row;
                numbers[count++] = -1;
            }
            while (item < length && count < most) {
                rows[count] = row;
                numbers[count++] = item++;
            }
            if (item >= length) {
                row++;
                item = 0;
            }
        }
        return count;
    }

    private int length(int of) {
        int longest = 0;
        for (FieldVector array : arrays) {
            longest = Math.max(longest, length(array, of));
        }
        return longest;
    }

    private static int length(FieldVector array, int row) {
        var list = (ListVector) array;
        return list.isNull(row) ? 0 : list.getElementEndIndex(row) - list.getElementStartIndex(row);
    }

    /// The rows that the items belong to.
    public int[] rows() {
        return rows;
    }

    /// Writes the items of an array into a column, or behind the last array their numbers, from 1.
    public void fill(FieldVector column, int array) {
        if (array == arrays.size()) {
            ordinals((BigIntVector) column);
            return;
        }
        var list = (ListVector) arrays.get(array);
        int[] chosen = new int[count];
        for (int i = 0; i < count; i++) {
            boolean there = numbers[i] >= 0 && numbers[i] < length(list, rows[i]);
            chosen[i] = there ? list.getElementStartIndex(rows[i]) + numbers[i] : ColumnAppender.NULL_ROW;
        }
        new ColumnAppender(column).append(list.getDataVector(), chosen, 0, count, 0);
        column.setValueCount(count);
    }

    private void ordinals(BigIntVector column) {
        column.allocateNew(count);
        for (int i = 0; i < count; i++) {
            if (numbers[i] < 0) {
                column.setNull(i);
            } else {
                column.set(i, numbers[i] + 1L);
            }
        }
        column.setValueCount(count);
    }
}
