package io.elanus.sql.copy.export;

import io.elanus.sql.plan.PlanColumn;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowFileWriter;

/// Arrow IPC in the file form. Batches are written from where they are.
final class ArrowRows implements RowWriter {
    private final VectorSchemaRoot root;
    private final ArrowFileWriter writer;

    ArrowRows(List<PlanColumn> columns, WritableByteChannel channel, BufferAllocator allocator) throws IOException {
        this.root = VectorSchemaRoot.create(PlanColumn.schema(columns), allocator);
        this.writer = new ArrowFileWriter(root, null, channel);
        writer.start();
    }

    @Override
    public void write(VectorSchemaRoot batch) throws IOException {
        try (batch;
                var buffers = new VectorUnloader(batch).getRecordBatch()) {
            new VectorLoader(root).load(buffers);
            writer.writeBatch();
        }
        root.clear();
    }

    @Override
    public void finish() throws IOException {
        writer.end();
    }

    @Override
    public void close() {
        root.close();
    }
}
