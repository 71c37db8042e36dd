package io.elanus.storage.filter;

import io.elanus.storage.filter.Step.NullableRowFunction;
import io.elanus.storage.filter.Step.RowFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Functions of arrays.
final class NestedFunctions {
    private NestedFunctions() {}

    static RowFunction arrayElement() {
        return cells -> {
            var list = (List<?>) cells[0];
            long position = (Long) cells[1];
            return position >= 1 && position <= list.size() ? list.get((int) position - 1) : null;
        };
    }

    /// TRUE, or NULL if it is not there but some item is NULL.
    static RowFunction arrayContains() {
        return cells -> {
            boolean unknown = false;
            for (Object item : (List<?>) cells[0]) {
                if (item == null) {
                    unknown = true;
                } else if (Comparison.compare(item, cells[1]) == 0) {
                    return true;
                }
            }
            return unknown ? null : (Boolean) false;
        };
    }

    static NullableRowFunction arrayValue() {
        return cells -> {
            var items = new ArrayList<@Nullable Object>(cells.length);
            items.addAll(Arrays.asList(cells));
            return items;
        };
    }
}
