package io.elanus.sql.bulk;

import io.elanus.proto.grpc.ImportSegmentsRequest;
import io.elanus.proto.grpc.ListLoadedFilesReply;
import io.elanus.proto.grpc.ListLoadedFilesRequest;
import io.elanus.proto.grpc.PinTableReply;
import io.elanus.proto.grpc.PinTableRequest;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.type.TableSchema;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/// The stores and the coordinators, as loads, backups and restores see them. Any thread.
public interface BulkStorage {
    /// Where the segments of all tables are; borrowed.
    ObjectStore objects();

    /// The files of a place; the caller closes it.
    ObjectStore open(Place place);

    /// A folder of this process for files that live no longer than a statement; whoever makes one removes it.
    Path drafts();

    /// What jobs have loaded.
    CompletableFuture<ListLoadedFilesReply> loadedFiles(ListLoadedFilesRequest request);

    /// Completes when every row written before is in flushed segments.
    CompletableFuture<Void> flush(TableSchema table);

    /// See the data coordinator's PinTable.
    CompletableFuture<PinTableReply> pin(PinTableRequest request);

    /// Takes segments into a table and completes when reads see them.
    CompletableFuture<Void> importSegments(ImportSegmentsRequest request);
}
