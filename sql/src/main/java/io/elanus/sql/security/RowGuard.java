package io.elanus.sql.security;

import io.elanus.storage.filter.Expr;
import java.util.Optional;

/// What row policies demand of a change, over all columns of its table.
///
/// @param inserted of rows that are inserted
/// @param old of rows that are changed: an UPDATE leaves others alone, a MERGE and a conflict are refused
/// @param updated of rows as a change leaves them
/// @param deleted of rows that are deleted: a DELETE leaves others alone, a MERGE is refused
public record RowGuard(Optional<Expr> inserted, Optional<Expr> old, Optional<Expr> updated, Optional<Expr> deleted) {
    public static final RowGuard NONE =
            new RowGuard(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    public boolean isNone() {
        return equals(NONE);
    }
}
