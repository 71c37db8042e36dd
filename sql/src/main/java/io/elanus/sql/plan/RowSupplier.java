package io.elanus.sql.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows of a system table, at the moment of the call. May block.
@FunctionalInterface
public interface RowSupplier {
    /// One Java value per column, as [io.elanus.storage.filter.Literals] takes them.
    Iterable<? extends List<? extends @Nullable Object>> rows();
}
