package io.elanus.sql.copy;

import io.elanus.proto.grpc.IndexSchema;
import io.elanus.sql.bulk.Place;
import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.error.Suggestions;
import io.elanus.sql.parser.SqlText;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.TableSchema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

/// A COPY statement with its names resolved and its options checked.
///
/// @param columns the targets, in the order of the file's fields
/// @param named the statement listed the columns
/// @param file null: the client sends the rows
public record CopyPlan(
        TableSchema table,
        List<IndexSchema> indexes,
        List<Column> columns,
        boolean named,
        @Nullable Path file,
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

    public static CopyPlan of(
            Statement.Copy copy, SchemaView view, String schema, String sql, List<Path> allowedFolders) {
        TableSchema table = view.table(
                copy.table().names, schema, SqlText.offset(sql, copy.table().getParserPosition()));
        CopyOptions options = CopyOptions.of(copy.options(), OPTIONS);
        String given = copy.file();
        Path file = given == null ? null : Place.allowed(given, allowedFolders);
        String suffix =
                file == null ? "csv" : file.toString().substring(file.toString().lastIndexOf('.') + 1);
        return new CopyPlan(
                table,
                view.catalog().indexesOf(table.tableId()),
                columns(copy, table, sql),
                copy.columns() != null,
                file,
                Format.of(options.text("format", suffix)),
                options);
    }

    /// For messages.
    String name() {
        return file == null ? "STDIN" : String.valueOf(file.getFileName());
    }

    OnConflict onConflict() {
        return OnConflict.of(options.text("on_conflict", "error"));
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
