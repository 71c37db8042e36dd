package io.elanus.sql.copy;

import io.elanus.proto.grpc.IndexSchema;
import io.elanus.proto.grpc.LoadedFile;
import io.elanus.sql.bulk.FilePattern;
import io.elanus.sql.bulk.SourceFile;
import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.error.Suggestions;
import io.elanus.sql.parser.SqlText;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.TableSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

/// A COPY statement with its names resolved and its options checked.
///
/// @param columns the targets, in the order of the file's fields
/// @param named the statement listed the columns
/// @param file null: the client sends the rows, or the file is chosen later: see [#at]
public record CopyPlan(
        TableSchema table,
        List<IndexSchema> indexes,
        List<Column> columns,
        boolean named,
        @Nullable SourceFile file,
        Format format,
        CopyOptions options) {
    private static final Set<String> OPTIONS = Set.of(
            "format",
            "header",
            "delimiter",
            "quote",
            "null",
            "encoding",
            "first_key",
            "limit",
            "on_conflict",
            "job",
            "segments");

    /// What a file holds.
    public enum Format {
        CSV,
        TSV,
        JSONL,
        ARROW,
        PARQUET,
        FVECS,
        BVECS,
        IVECS,
        NPY;

        /// What the option says; else the end of the file's name.
        static Format of(CopyOptions options, @Nullable FilePattern from) {
            String suffix = from == null ? "csv" : from.suffix();
            String name = options.text("format", suffix);
            if (name.isEmpty()) {
                throw new QueryException(
                        ErrorCode.INVALID_PARAMETER,
                        "The name of file [%s] does not tell its format.".formatted(from == null ? "" : from.name()),
                        "Name a file that ends in .parquet, .arrow, .csv, .tsv, .jsonl, .npy, .fvecs, .bvecs or"
                                + " .ivecs, or add the option format.");
            }
            return of(name);
        }

        static Format of(String name) {
            return switch (name.toLowerCase(Locale.ROOT)) {
                case "csv", "text", "txt" -> CSV;
                case "tsv", "tab" -> TSV;
                case "jsonl", "ndjson", "json" -> JSONL;
                case "arrow", "arrows", "feather", "ipc" -> ARROW;
                case "parquet", "pq" -> PARQUET;
                case "fvecs" -> FVECS;
                case "bvecs" -> BVECS;
                case "ivecs" -> IVECS;
                case "npy" -> NPY;
                default ->
                    throw new QueryException(
                            ErrorCode.INVALID_PARAMETER,
                            "COPY has no format [%s].".formatted(name),
                            "It has: csv, tsv, jsonl, parquet, arrow, fvecs, bvecs, ivecs, npy.");
            };
        }
    }

    public CopyPlan {
        indexes = List.copyOf(indexes);
        columns = List.copyOf(columns);
    }

    /// @param from what it reads; null: what the client sends
    public static CopyPlan of(
            Statement.Copy copy, @Nullable FilePattern from, SchemaView view, String schema, String sql) {
        TableSchema table = view.table(
                copy.table().names, schema, SqlText.offset(sql, copy.table().getParserPosition()));
        CopyOptions options = CopyOptions.of(copy.options(), OPTIONS);
        return new CopyPlan(
                table,
                view.catalog().indexesOf(table.tableId()),
                columns(copy, table, sql),
                copy.columns() != null,
                null,
                Format.of(options, from),
                options);
    }

    /// The same for one of the statement's files.
    ///
    /// @param rowsBefore of the files before it: row numbers and the limit go on behind them
    CopyPlan at(SourceFile chosen, long rowsBefore) {
        var changed = new HashMap<>(options.values());
        if (rowsBefore > 0) {
            changed.put("first_key", Long.toString(options.number("first_key", 0) + rowsBefore));
            if (limit() > 0) {
                changed.put("limit", Long.toString(Math.max(1, limit() - rowsBefore)));
            }
        }
        return new CopyPlan(table, indexes, columns, named, chosen, format, new CopyOptions(changed));
    }

    /// For messages.
    String name() {
        return file == null ? "STDIN" : file.name();
    }

    OnConflict onConflict() {
        return OnConflict.of(options.text("on_conflict", "error"));
    }

    /// The load that the file is a part of, which remembers it; empty: none.
    Optional<LoadedFile> loaded() throws IOException {
        String job = options.text("job", "");
        SourceFile chosen = file;
        return job.isEmpty() || chosen == null
                ? Optional.empty()
                : Optional.of(LoadedFile.newBuilder()
                        .setTableId(table.tableId())
                        .setJob(job)
                        .setPlace(chosen.place())
                        .setBytes(chosen.bytes())
                        .setModifiedMillis(chosen.modifiedMillis())
                        .build());
    }

    SegmentUse segments() {
        return SegmentUse.of(options.text("segments", "auto"));
    }

    /// Does nobody give the keys?
    boolean generatesKeys() {
        return table.keyColumn().generated()
                && columns.stream().noneMatch(column -> column.id() == table.keyColumnId());
    }

    /// Most rows that are read; 0: all.
    long limit() {
        return options.number("limit", 0);
    }

    private static List<Column> columns(Statement.Copy copy, TableSchema table, String sql) {
        List<Column> visible =
                table.columns().stream().filter(column -> !column.hidden()).toList();
        if (copy.columns() == null) {
            return visible;
        }
        var columns = new ArrayList<Column>();
        for (SqlNode node : copy.columns()) {
            String name = ((SqlIdentifier) node).names.getLast();
            columns.add(visible.stream()
                    .filter(column -> column.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new QueryException(
                            ErrorCode.UNDEFINED_COLUMN,
                            "Column [%s] does not exist in table [%s].".formatted(name, table.name()),
                            SqlText.offset(sql, node.getParserPosition()),
                            Suggestions.didYouMean(
                                            name,
                                            visible.stream().map(Column::name).toList())
                                    .orElse(null),
                            null)));
        }
        return columns;
    }
}
