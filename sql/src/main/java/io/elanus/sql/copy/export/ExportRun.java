package io.elanus.sql.copy.export;

import io.elanus.sql.bulk.BulkStorage;
import io.elanus.sql.bulk.ObjectPieces;
import io.elanus.sql.bulk.Place;
import io.elanus.sql.copy.parquet.ParquetWriter;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.QueryContext;
import io.elanus.sql.exec.RowSource;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.object.ObjectStore;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Supplier;
import org.apache.arrow.vector.VectorSchemaRoot;

/// One COPY TO. The file is written under another name first: what bears its name is whole. On the server it then
/// takes the name, and the place of a file that had it; an object is put from there, in parts where it is large,
/// and never takes another's place.
public final class ExportRun {
    private final ExportPlan plan;
    private final Written form;
    private final RowSource rows;
    private final Supplier<BulkStorage> storage;
    private final QueryContext context;
    private volatile long written;

    /// @param product as files name their writer
    public record Written(List<PlanColumn> columns, String product) {
        public Written {
            columns = List.copyOf(columns);
        }
    }

    /// @param rows the query, running; closed by the caller
    /// @param storage asked only for object stores
    public ExportRun(
            ExportPlan plan, Written form, RowSource rows, Supplier<BulkStorage> storage, QueryContext context) {
        this.plan = plan;
        this.form = form;
        this.rows = rows;
        this.storage = storage;
        this.context = context;
    }

    /// Rows that were written.
    public long written() {
        return written;
    }

    /// Writes the file and returns the number of its rows.
    public long run() {
        String name = plan.file().name();
        if (plan.file().base() instanceof Place.Folder(Path folder)) {
            Path part = folder.resolve(name + "." + context.queryId() + ".part");
            return write(
                    part,
                    () -> Files.move(
                            part,
                            folder.resolve(name),
                            StandardCopyOption.ATOMIC_MOVE,
                            StandardCopyOption.REPLACE_EXISTING));
        }
        try (ObjectStore store = storage.get().open(plan.file().base())) {
            if (store.find(name).isPresent()) {
                throw new QueryException(
                        ErrorCode.OBJECT_EXISTS,
                        "[%s] exists already, and objects are never overwritten."
                                .formatted(plan.file().text()),
                        "Name another file.");
            }
            Path draft = storage.get().drafts().resolve("export-" + context.queryId() + ".draft");
            return write(draft, () -> put(store, name, draft));
        }
    }

    private static void put(ObjectStore store, String name, Path draft) throws IOException {
        try (Arena arena = Arena.ofShared();
                FileChannel channel = FileChannel.open(draft)) {
            store.put(name, ObjectPieces.of(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena)));
        }
    }

    /// Gives a whole file its name.
    @FunctionalInterface
    private interface Finish {
        void run() throws IOException;
    }

    private long write(Path draft, Finish finish) {
        try {
            long count;
            try (FileChannel channel =
                            FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                    RowWriter writer = writer(channel)) {
                count = write(writer);
                writer.finish();
            }
            finish.run();
            return count;
        } catch (IOException e) {
            throw new QueryException(
                    ErrorCode.IO_ERROR,
                    "File [%s] could not be written.".formatted(plan.file().text()),
                    0,
                    "Check that its folder exists on the server, may be written, and has room.",
                    e);
        } finally {
            remove(draft);
        }
    }

    private long write(RowWriter writer) throws IOException {
        long count = 0;
        for (VectorSchemaRoot batch = rows.next(); batch != null; batch = rows.next()) {
            count += batch.getRowCount();
            writer.write(batch);
            written = count;
            context.check();
        }
        return count;
    }

    private RowWriter writer(FileChannel channel) throws IOException {
        return switch (plan.format()) {
            case CSV, TSV -> csv(channel);
            case JSONL -> new TextRows(channel, new JsonRows(form.columns()));
            case ARROW -> new ArrowRows(form.columns(), channel, context.allocator());
            case FVECS, BVECS, IVECS, NPY -> new VectorRows(plan, form.columns(), channel);
            case PARQUET ->
                new ParquetRows(new ParquetWriter(channel, form.columns(), plan.compression(), form.product()));
        };
    }

    private RowWriter csv(FileChannel channel) throws IOException {
        var rows = new CsvRows(plan, form.columns());
        if (plan.header()) {
            TextRows.write(channel, rows.header().content());
        }
        return new TextRows(channel, rows);
    }

    /// After a failure; there is nothing to remove after a success.
    private static void remove(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw new QueryException(
                    ErrorCode.IO_ERROR, "File [%s] could not be removed.".formatted(part), 0, "Remove it.", e);
        }
    }
}
