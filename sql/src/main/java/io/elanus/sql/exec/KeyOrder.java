package io.elanus.sql.exec;

import io.elanus.storage.filter.Cells;
import io.elanus.storage.type.ColumnType;
import org.apache.arrow.vector.FieldVector;

/// Keys of a partition in order, and bounds among them; both numbers or times of one type.
final class KeyOrder {
    private final FieldVector keys;
    private final FieldVector bounds;
    private final ColumnType type;
    private final boolean descending;

    KeyOrder(FieldVector keys, FieldVector bounds, ColumnType type, boolean descending) {
        this.keys = keys;
        this.bounds = bounds;
        this.type = type;
        this.descending = descending;
    }

    /// Among the rows from `first` to before `end`, whose keys are not NULL: the first whose key is not before the
    /// row's bound, or, for the end of a frame, the first whose key is behind it.
    int place(int row, int first, int end, boolean begin) {
        Object bound = cell(bounds, row);
        int low = first;
        int high = end;
        while (low < high) {
            int middle = (low + high) >>> 1;
            int order = compare(cell(keys, middle), bound);
            if (begin ? order < 0 : order <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private Object cell(FieldVector vector, int row) {
        Object cell = Cells.read(vector, row, type);
        if (cell == null) {
            throw new IllegalStateException("A key that is not NULL has a bound");
        }
        return cell;
    }

    private int compare(Object key, Object bound) {
        int order = switch (key) {
            case Long whole -> whole.compareTo((Long) bound);
            case Double real -> Double.compare(real + 0.0, (Double) bound + 0.0);
            case java.math.BigDecimal decimal -> decimal.compareTo((java.math.BigDecimal) bound);
            default -> throw new IllegalStateException("No key of a RANGE frame: " + type);
        };
        return descending ? -order : order;
    }
}
