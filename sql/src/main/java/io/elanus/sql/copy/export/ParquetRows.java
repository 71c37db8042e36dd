package io.elanus.sql.copy.export;

import io.elanus.sql.copy.InOrder;
import io.elanus.sql.copy.parquet.ParquetWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Parquet, one batch behind the query.
final class ParquetRows implements RowWriter {
    private final ParquetWriter writer;
    private final InOrder<Boolean> encoding = new InOrder<>("copy-write", _ -> {});

    ParquetRows(ParquetWriter writer) {
        this.writer = writer;
    }

    @Override
    public void write(VectorSchemaRoot batch) throws IOException {
        try {
            await();
        } catch (IOException | RuntimeException e) { // ours until it is given
            batch.close();
            throw e;
        }
        encoding.give(() -> {
            try (batch) {
                writer.write(batch);
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private void await() throws IOException {
        try {
            while (encoding.size() > 0) {
                encoding.take();
            }
        } catch (UncheckedIOException e) {
            throw new IOException("The batch before could not be written", e);
        }
    }

    @Override
    public void finish() throws IOException {
        await();
        writer.finish();
    }

    @Override
    public void close() {
        encoding.close();
    }
}
