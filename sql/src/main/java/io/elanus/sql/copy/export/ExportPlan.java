package io.elanus.sql.copy.export;

import io.elanus.sql.bulk.FilePattern;
import io.elanus.sql.copy.CopyOptions;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.error.Suggestions;
import io.elanus.sql.parser.tree.Option;
import io.elanus.storage.ErrorCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// A COPY TO with its options checked.
///
/// @param file one, not a pattern
public record ExportPlan(FilePattern file, Format format, CopyOptions options) {
    private static final Set<String> OPTIONS = Set.of("format", "header", "delimiter", "quote", "null", "compression");
    private static final List<String> COMPRESSIONS = List.of("snappy", "zstd", "gzip", "lz4_raw", "uncompressed");

    /// What is written.
    enum Format {
        CSV,
        TSV,
        JSONL,
        PARQUET,
        ARROW,
        FVECS,
        BVECS,
        IVECS,
        NPY;

        static Format of(String name) {
            return switch (name.toLowerCase(Locale.ROOT)) {
                case "csv", "text", "txt" -> CSV;
                case "tsv", "tab" -> TSV;
                case "jsonl", "ndjson", "json" -> JSONL;
                case "parquet", "pq" -> PARQUET;
                case "arrow", "feather", "ipc" -> ARROW;
                case "fvecs" -> FVECS;
                case "bvecs" -> BVECS;
                case "ivecs" -> IVECS;
                case "npy" -> NPY;
                default ->
                    throw new QueryException(
                            ErrorCode.INVALID_PARAMETER,
                            "COPY TO has no format [%s].".formatted(name),
                            "It has: csv, tsv, jsonl, parquet, arrow, fvecs, bvecs, ivecs, npy.");
            };
        }
    }

    /// @param folders below which files may be; empty: anywhere
    public static ExportPlan of(String file, List<Option> given, List<Path> folders) {
        CopyOptions options = CopyOptions.of(given, OPTIONS);
        FilePattern target = FilePattern.of(file, folders);
        if (target.isPattern()) {
            throw new QueryException(
                    ErrorCode.INVALID_PARAMETER,
                    "[%s] stands for several files; COPY TO writes one.".formatted(file),
                    "Name the file, with no * and no ? in it, and no slash at its end.");
        }
        var plan = new ExportPlan(target, Format.of(options.text("format", target.suffix())), options);
        plan.compression();
        return plan;
    }

    boolean header() {
        return options.flag("header", false);
    }

    char delimiter() {
        return options.character("delimiter", format == Format.TSV ? '\t' : ',');
    }

    char quote() {
        return options.character("quote", '"');
    }

    String nullText() {
        return options.text("null", "");
    }

    String compression() {
        String name = options.text("compression", "snappy").toLowerCase(Locale.ROOT);
        if (!COMPRESSIONS.contains(name)) {
            throw new QueryException(
                    ErrorCode.INVALID_PARAMETER,
                    "Option [compression] does not take [%s].".formatted(name),
                    Suggestions.didYouMean(name, COMPRESSIONS)
                            .orElse("It takes: " + String.join(", ", COMPRESSIONS) + "."));
        }
        return name;
    }
}
