package io.elanus.sql.copy;

import io.elanus.proto.grpc.ImportSegmentsRequest;
import io.elanus.proto.grpc.LoadedFile;
import io.elanus.sql.bulk.BulkStorage;
import io.elanus.sql.exec.QueryContext;
import io.elanus.storage.type.TableSchema;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Rows on another way into the table; when they are all in, it is remembered that the file is.
record RememberedRows(RowSink rows, TableSchema table, LoadedFile file, BulkStorage storage, QueryContext context)
        implements RowSink {
    @Override
    public void awaitRoom(long bytes) {
        rows.awaitRoom(bytes);
    }

    @Override
    public void write(VectorSchemaRoot batch, long firstRow) {
        rows.write(batch, firstRow);
    }

    @Override
    public void finish(long rowsOfFile) {
        rows.finish(rowsOfFile);
        var request = ImportSegmentsRequest.newBuilder()
                .setTableId(table.tableId())
                .setLoaded(file.toBuilder().setRows(rowsOfFile));
        context.await(storage.importSegments(request.build()));
    }

    @Override
    public long written() {
        return rows.written();
    }

    @Override
    public long timestamp() {
        return rows.timestamp();
    }

    @Override
    public void close() {
        rows.close();
    }
}
