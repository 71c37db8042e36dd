package io.elanus.sql.copy.parquet;

import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.type.ColumnType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;

/// Writes batches as a Parquet file of version 1 pages with checksums. The owner of the channel closes it.
public final class ParquetWriter {
    private static final long ROW_GROUP_BYTES = 64L << 20;
    private static final int CHECK_EVERY = 256;

    private final FileChannel channel;
    private final WrittenSchema schema;
    private final CompressionCodec codec;
    private final String createdBy;
    private final List<RowGroup> groups = new ArrayList<>();
    private ChunkStore chunks;
    private ColumnWriteStore store;
    private List<ValueWriter> writers;
    private long rowsInGroup;
    private long rows;

    /// @param compression snappy, zstd, gzip, lz4_raw or uncompressed
    public ParquetWriter(FileChannel channel, List<PlanColumn> columns, String compression, String createdBy)
            throws IOException {
        this.channel = channel;
        this.schema = WrittenSchema.of(columns);
        this.codec = CompressionCodec.valueOf(compression.toUpperCase(java.util.Locale.ROOT));
        this.createdBy = createdBy;
        write(ByteBuffer.wrap(ParquetFile.MAGIC));
        this.chunks = new ChunkStore(codec);
        this.store = newStore();
        this.writers = newWriters();
    }

    private ColumnWriteStore newStore() {
        var properties = ParquetProperties.builder()
                .withWriterVersion(ParquetProperties.WriterVersion.PARQUET_1_0)
                .withStatisticsEnabled(false)
                .withSizeStatisticsEnabled(false);
        for (WrittenSchema.Field field : schema.fields()) {
            if (field.type() instanceof ColumnType.Vector && field.leaf() == ColumnType.Simple.REAL) {
                // Floats of embeddings hardly repeat: looking for those that do takes longer than writing them.
                properties.withDictionaryEncoding(
                        String.join(".", field.descriptor().getPath()), false);
            }
        }
        return properties.build().newColumnWriteStore(schema.message(), chunks);
    }

    private List<ValueWriter> newWriters() {
        var fresh = new ArrayList<ValueWriter>();
        for (WrittenSchema.Field field : schema.fields()) {
            fresh.add(new ValueWriter(field, store.getColumnWriter(field.descriptor())));
        }
        return fresh;
    }

    /// Takes all rows of the batch, which stays with its owner.
    public void write(VectorSchemaRoot batch) throws IOException {
        for (int row = 0; row < batch.getRowCount(); row++) {
            for (int i = 0; i < writers.size(); i++) {
                writers.get(i).write(batch.getVector(i), row);
            }
            store.endRecord();
            rowsInGroup++;
            if (rowsInGroup % CHECK_EVERY == 0 && store.getBufferedSize() + chunks.bytes() >= ROW_GROUP_BYTES) {
                endGroup();
            }
        }
    }

    private void endGroup() throws IOException {
        if (rowsInGroup == 0) {
            return;
        }
        store.flush();
        store.close();
        var columns = new ArrayList<ColumnChunk>();
        long bytes = 0;
        for (WrittenSchema.Field field : schema.fields()) {
            ColumnDescriptor descriptor = field.descriptor();
            ColumnChunk chunk = chunks.chunk(descriptor, channel.position());
            for (ByteBuffer part : chunks.parts(descriptor)) {
                write(part);
            }
            bytes += Fields.present(chunk.getMeta_data()).getTotal_uncompressed_size();
            columns.add(chunk);
        }
        groups.add(new RowGroup(columns, bytes, rowsInGroup));
        rows += rowsInGroup;
        rowsInGroup = 0;
        chunks = new ChunkStore(codec);
        store = newStore();
        writers = newWriters();
    }

    /// Writes what is left and the footer.
    public void finish() throws IOException {
        endGroup();
        store.close();
        var footer = new FileMetaData(1, schema.elements(), rows, groups);
        footer.setCreated_by(createdBy);
        var bytes = new ByteArrayOutputStream();
        Util.writeFileMetaData(footer, bytes);
        write(ByteBuffer.wrap(bytes.toByteArray()));
        ByteBuffer tail = ByteBuffer.allocate(Integer.BYTES + ParquetFile.MAGIC.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(bytes.size())
                .put(ParquetFile.MAGIC)
                .flip();
        write(tail);
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
