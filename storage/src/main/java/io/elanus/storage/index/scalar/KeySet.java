package io.elanus.storage.index.scalar;

import org.jspecify.annotations.Nullable;

/// Values that a condition asks for, as cells ([io.elanus.storage.filter.Cells]).
public sealed interface KeySet {
    /// Values from `low` to `high`; null: no bound on that side.
    ///
    /// @param above `low` itself is left out
    /// @param below `high` itself is left out
    record Range(
            @Nullable Object low, boolean above, @Nullable Object high, boolean below) implements KeySet {
        static Range only(Object cell) {
            return new Range(cell, false, cell, false);
        }
    }

    /// Texts that start with this one.
    record Prefix(String text) implements KeySet {}
}
