package io.elanus.sql.exec;

import io.elanus.cluster.exchange.BatchStream;
import io.elanus.proto.grpc.Fragment;
import io.elanus.storage.type.TableSchema;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Sends a fragment to the shards of a table; the proxy's `TableAccess::read` fits.
@FunctionalInterface
public interface TableReader {
    CompletableFuture<List<BatchStream>> read(TableSchema table, Fragment template);
}
