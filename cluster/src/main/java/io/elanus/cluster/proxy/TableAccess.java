package io.elanus.cluster.proxy;

import io.elanus.cluster.exchange.BatchStream;
import io.elanus.proto.grpc.DdlReply;
import io.elanus.proto.grpc.DdlRequest;
import io.elanus.proto.grpc.Fragment;
import io.elanus.storage.type.TableSchema;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.vector.VectorSchemaRoot;

/// What SQL does with tables: the entry of the proxy role. Any thread; nothing blocks.
public interface TableAccess {
    /// Option of a restored table: its generated keys so far may go up to this number.
    String KEYS_ABOVE = "generated_keys_above";

    /// The newest catalog known here.
    Catalog catalog();

    /// Runs one DDL statement, one at a time per proxy, and returns once this proxy's catalog shows it.
    CompletableFuture<DdlReply> execute(DdlRequest ddl);

    /// `count` consecutive ids that were never handed out before; the first is returned.
    CompletableFuture<Long> allocateIds(int count);

    /// As above, for generated keys of a table: above those that were made in another cluster and restored here.
    default CompletableFuture<Long> allocateKeys(TableSchema table, int count) {
        return allocateIds(count);
    }

    /// A timestamp above every timestamp that was acknowledged to anyone before this call.
    CompletableFuture<Long> now();

    /// As above, to read these tables at: their logs are ticked up to it meanwhile, which such a read would have to
    /// ask for.
    default CompletableFuture<Long> nowToRead(Collection<TableSchema> tables) {
        return now();
    }

    /// Appends rows that may replace earlier rows with the same keys, without looking (UPSERT; or new generated
    /// keys). `rows` has every column of the table in order; it stays owned by the caller and must not change until
    /// the future completes.
    CompletableFuture<WriteReceipt> append(TableSchema table, VectorSchemaRoot rows, RowMode mode, Duration timeout);

    /// Locks the keys (canonical bytes), reads the rows that now have them, lets `change` decide, and appends what
    /// it returns.
    CompletableFuture<WriteReceipt> change(TableSchema table, List<byte[]> keys, Change change, Duration timeout);

    /// One stream per shard of the table, in shard order, or that of the shard whose vchannel `template` names; its
    /// read and guarantee timestamps are set by the caller. Loads the table on first use, asks for ticks on demand,
    /// retries when a leader moved. The caller owns the streams.
    CompletableFuture<List<BatchStream>> read(TableSchema table, Fragment template);

    /// What acknowledged rows do to rows with the same key.
    enum RowMode {
        /// The keys are known to be new.
        NEW_KEYS,
        /// Earlier rows with these keys end.
        REPLACE
    }

    @FunctionalInterface
    interface Change {
        /// Called on a worker thread with the rows that have the locked keys: all columns, any order, borrowed.
        /// Throws to give up; the rows of what it returns are closed by the caller.
        Mutation decide(List<VectorSchemaRoot> existing);
    }

    /// @param timestamp of the write; a session that has seen it reads it
    record WriteReceipt(long timestamp, long rowsWritten, long rowsDeleted) {}
}
