package io.elanus.sql.copy;

import io.elanus.proto.grpc.IndexSchema;
import io.elanus.sql.catalog.SchemaView;
import io.elanus.storage.type.TableSchema;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Arrow batches that a program sends for a table.
public record IngestPlan(TableSchema table, List<IndexSchema> indexes, OnConflict onConflict) {
    public IngestPlan {
        indexes = List.copyOf(indexes);
    }

    /// What a client asks for.
    ///
    /// @param table its schema and name, or its name
    /// @param onConflict error, ignore or replace, as in COPY
    public record Request(List<String> table, String onConflict) {
        public Request {
            table = List.copyOf(table);
        }
    }

    /// The batches, of one schema, pulled by the run's thread.
    @FunctionalInterface
    public interface Source {
        /// The next batch, lent until the next call; null at the end. Blocks. Its buffers need not be what they
        /// say: they are checked before they are looked at.
        @Nullable
        VectorSchemaRoot next();
    }

    public static IngestPlan of(Request request, SchemaView view, String schema) {
        TableSchema table = view.table(request.table(), schema, 0);
        return new IngestPlan(table, view.catalog().indexesOf(table.tableId()), OnConflict.of(request.onConflict()));
    }
}
