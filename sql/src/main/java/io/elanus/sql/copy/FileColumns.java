package io.elanus.sql.copy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.elanus.sql.bulk.SourceFile;
import io.elanus.sql.copy.CopyPlan.Format;
import io.elanus.sql.copy.parquet.CorruptParquetException;
import io.elanus.sql.copy.parquet.ParquetColumn;
import io.elanus.sql.copy.parquet.ParquetFile;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.VectorElement;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Field;

/// What a file says of its columns: Parquet and Arrow in their schemas, vector files by their dimension, CSV in its
/// header and JSON lines in the names of the members; the types of these two are those that the first rows have in
/// common.
///
/// Names are folded to lower case, as those of SQL; fields that no type takes, such as structs, are no columns.
///
/// @param rows how many it has, as far as it says so
record FileColumns(List<PlanColumn> columns, OptionalLong rows) {
    /// So many rows, and so many bytes, are looked at.
    private static final int SAMPLE_ROWS = 1_000;

    private static final long SAMPLE_BYTES = 8L << 20;
    private static final int ARROW_STREAM = 8;

    FileColumns {
        columns = List.copyOf(columns);
    }

    static FileColumns of(SourceFile file, Format format, CopyOptions options) {
        String name = file.name();
        try {
            FileColumns found = switch (format) {
                case CSV, TSV -> csv(file, format, options);
                case JSONL -> json(file, name);
                case PARQUET -> parquet(file);
                case ARROW -> arrow(file);
                case FVECS, BVECS, IVECS -> vectors(file, name, format);
                case NPY -> npy(file, name);
            };
            return new FileColumns(folded(found.columns, name), found.rows);
        } catch (FileSystemException e) {
            throw CopyErrors.unreadable(name, e);
        } catch (QueryException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // the libraries have every kind for damage
            String why = e instanceof CorruptParquetException ? ": " + e.getMessage() : ".";
            throw CopyErrors.bad(
                    "File [%s] is not valid [%s]%s"
                            .formatted(name, format.name().toLowerCase(Locale.ROOT), why),
                    e);
        }
    }

    private static List<PlanColumn> folded(List<PlanColumn> found, String name) {
        if (found.isEmpty()) {
            throw CopyErrors.bad("File [%s] has no columns that SQL has types for.".formatted(name));
        }
        var names = new HashSet<String>();
        var folded = new ArrayList<PlanColumn>();
        for (PlanColumn column : found) {
            String lower = column.name().toLowerCase(Locale.ROOT);
            if (!names.add(lower)) {
                throw new QueryException(
                        ErrorCode.DUPLICATE_COLUMN,
                        "File [%s] has two columns of the name [%s].".formatted(name, lower),
                        "Load it with COPY, which takes the first, or rename one.");
            }
            folded.add(new PlanColumn(lower, column.type()));
        }
        return folded;
    }

    private static FileColumns csv(SourceFile file, Format format, CopyOptions options) throws IOException {
        String name = file.name();
        boolean headed = options.flag("header", true);
        var text = new CsvFormat(ReadFile.plan(file, format, options, List.of()));
        try (var blocks = new RecordBlocks(name, text, file.stream())) {
            RecordBlocks.Block block = blocks.next();
            var reader = new CsvReader(text, block.bytes(), 0, block.length(), null);
            List<String> header = new ArrayList<>();
            var first = reader.texts();
            if (first == null) {
                throw empty(name);
            }
            for (String field : first) {
                header.add(CsvReader.columnName(field == null || !headed ? "" : field, header.size()));
            }
            List<TextKind> kinds = header.stream().map(_ -> new TextKind()).toList();
            int rows = 0;
            for (var row = headed ? reader.texts() : first; row != null; row = reader.texts()) {
                for (int i = 0; i < Math.min(row.size(), kinds.size()); i++) {
                    kinds.get(i).add(row.get(i));
                }
                if (++rows == SAMPLE_ROWS) {
                    break;
                }
            }
            var columns = new ArrayList<PlanColumn>();
            for (int i = 0; i < header.size(); i++) {
                columns.add(new PlanColumn(header.get(i), kinds.get(i).type()));
            }
            return new FileColumns(columns, guessed(file, rows, reader.position()));
        }
    }

    private static FileColumns json(SourceFile file, String name) throws IOException {
        Map<String, JsonKind> members = new LinkedHashMap<>();
        try (InputStream in = file.stream()) {
            var lines = new Lines(in);
            int rows = 0;
            while (rows < SAMPLE_ROWS && lines.position() <= SAMPLE_BYTES && lines.next()) {
                if (!lines.blank()) {
                    rows++;
                    JsonNode row = JsonLinesReader.MAPPER.readTree(lines.buffer(), lines.from(), lines.length());
                    if (!row.isObject()) {
                        throw CopyErrors.located(
                                CopyErrors.bad("The line is not a JSON object."), rows, lines.position());
                    }
                    row.properties()
                            .forEach(member -> members.computeIfAbsent(
                                            member.getKey().toLowerCase(Locale.ROOT), _ -> new JsonKind())
                                    .add(member.getValue()));
                }
            }
            if (members.isEmpty()) {
                throw empty(name);
            }
            var columns = new ArrayList<PlanColumn>();
            members.forEach((member, kind) -> columns.add(new PlanColumn(member, kind.type())));
            return new FileColumns(columns, guessed(file, rows, lines.position()));
        } catch (JsonProcessingException e) {
            throw CopyErrors.bad("File [%s] is not valid JSON lines.".formatted(name), e);
        }
    }

    private static FileColumns parquet(SourceFile file) throws IOException {
        try (ParquetFile open = ParquetFile.open(file)) {
            var columns = new ArrayList<PlanColumn>();
            for (ParquetColumn column : open.columns()) {
                open.type(column).ifPresent(type -> columns.add(new PlanColumn(column.name(), type)));
            }
            return new FileColumns(columns, OptionalLong.of(Math.max(0, open.rowCount())));
        }
    }

    private static FileColumns arrow(SourceFile file) throws IOException {
        try (SeekableByteChannel channel = file.open()) {
            // A file is a stream behind its magic, so both begin with the schema.
            channel.position(ArrowSource.isFile(channel) ? ARROW_STREAM : 0);
            var columns = new ArrayList<PlanColumn>();
            for (Field field : MessageSerializer.deserializeSchema(new ReadChannel(new CarefulChannel(channel)))
                    .getFields()) {
                ArrowKind.of(field).ifPresent(type -> columns.add(new PlanColumn(field.getName(), type)));
            }
            return new FileColumns(columns, OptionalLong.empty());
        }
    }

    private static FileColumns vectors(SourceFile file, String name, Format format) throws IOException {
        try (var in = new DataInputStream(file.stream())) {
            byte[] first = in.readNBytes(Integer.BYTES);
            if (first.length == 0) {
                throw empty(name);
            }
            if (first.length < Integer.BYTES) {
                throw CopyErrors.bad("File [%s] ends within its first vector.".formatted(name));
            }
            int dimension = first[0] & 0xFF | (first[1] & 0xFF) << 8 | (first[2] & 0xFF) << 16 | first[3] << 24;
            List<PlanColumn> columns = vectorColumns(dimension, name);
            long bytes = Integer.BYTES + (long) dimension * (format == Format.BVECS ? 1 : Integer.BYTES);
            return new FileColumns(columns, OptionalLong.of(file.bytes() / bytes));
        }
    }

    private static FileColumns npy(SourceFile file, String name) throws IOException {
        try (var in = new DataInputStream(file.stream())) {
            NpyHeader header = NpyHeader.read(in, name);
            return new FileColumns(vectorColumns(header.dimension(), name), OptionalLong.of(header.rows()));
        }
    }

    private static List<PlanColumn> vectorColumns(long dimension, String name) {
        if (dimension < 1 || dimension > ColumnType.Vector.MAX_DIMENSION) {
            throw CopyErrors.bad("File [%s] claims vectors of [%d] dimensions.".formatted(name, dimension));
        }
        return List.of(
                new PlanColumn("id", ColumnType.Simple.BIGINT),
                new PlanColumn("vector", new ColumnType.Vector((int) dimension, VectorElement.FLOAT32)));
    }

    private static OptionalLong guessed(SourceFile file, long rows, long bytes) throws IOException {
        return bytes == 0 ? OptionalLong.empty() : OptionalLong.of((long) ((double) rows * file.bytes() / bytes));
    }

    private static QueryException empty(String name) {
        return CopyErrors.bad("File [%s] is empty, so its columns cannot be told.".formatted(name));
    }
}
