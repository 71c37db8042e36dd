package io.elanus.sql.security;

import io.elanus.storage.filter.Expr;
import java.util.List;
import java.util.Optional;

/// What row policies, and the table's CHECK constraints, demand of a change, over all columns of its table.
///
/// @param inserted of rows that are inserted
/// @param old of rows that are changed: an UPDATE leaves others alone, a MERGE and a conflict are refused
/// @param updated of rows as a change leaves them
/// @param deleted of rows that are deleted: a DELETE leaves others alone, a MERGE is refused
/// @param checks of rows that are inserted, and of rows as a change leaves them
public record RowGuard(
        Optional<Expr> inserted,
        Optional<Expr> old,
        Optional<Expr> updated,
        Optional<Expr> deleted,
        List<Check> checks) {
    public static final RowGuard NONE =
            new RowGuard(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), List.of());

    /// A CHECK constraint.
    ///
    /// @param condition not FALSE for any row
    public record Check(String name, Expr condition) {}

    public RowGuard {
        checks = List.copyOf(checks);
    }

    /// Is there no policy? Constraints there may be: they look at new rows only.
    public boolean isNone() {
        return inserted.isEmpty() && old.isEmpty() && updated.isEmpty() && deleted.isEmpty();
    }

    public RowGuard with(List<Check> constraints) {
        return new RowGuard(inserted, old, updated, deleted, constraints);
    }
}
