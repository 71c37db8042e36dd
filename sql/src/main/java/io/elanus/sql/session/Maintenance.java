package io.elanus.sql.session;

import io.elanus.sql.bulk.BulkStorage;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.TableSchema;
import java.util.concurrent.CompletableFuture;

/// What FLUSH, COMPACT, LOAD and RELEASE ask of the coordinators. Wired to them in `sql.server`.
public interface Maintenance {
    /// Completes when every row written before is in flushed segments.
    CompletableFuture<Void> flush(TableSchema table);

    CompletableFuture<Void> compact(TableSchema table);

    CompletableFuture<Void> load(TableSchema table);

    CompletableFuture<Void> release(TableSchema table);

    /// For what goes beside the log: backups, restores and bulk loads.
    default BulkStorage storage() {
        throw new QueryException(ErrorCode.FEATURE_NOT_SUPPORTED, "This server has no stores of its own.");
    }
}
