package io.elanus.sql.security;

import io.elanus.storage.filter.Expr;
import java.util.Optional;

/// What row policies demand of a change, over all columns of its table.
///
/// @param inserted of rows that are inserted
/// @param old of rows that are changed or deleted: others are as if they were not there
/// @param updated of rows as a change leaves them
public record RowGuard(Optional<Expr> inserted, Optional<Expr> old, Optional<Expr> updated) {
    public static final RowGuard NONE = new RowGuard(Optional.empty(), Optional.empty(), Optional.empty());

    public boolean isNone() {
        return equals(NONE);
    }
}
