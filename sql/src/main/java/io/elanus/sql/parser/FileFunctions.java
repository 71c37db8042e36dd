package io.elanus.sql.parser;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The functions that stand for a file in the place of a table: `read_csv('path', delimiter => ';')`.
public final class FileFunctions {
    private static final Map<String, String> FORMATS = Map.of(
            "read_file", "",
            "read_csv", "csv",
            "read_tsv", "tsv",
            "read_json", "jsonl",
            "read_parquet", "parquet",
            "read_arrow", "arrow",
            "read_npy", "npy");

    private FileFunctions() {}

    /// The format that such a function reads, empty where the file's name tells it; null: it is none of them.
    public static @Nullable String format(String function) {
        return FORMATS.get(function.toLowerCase(Locale.ROOT));
    }
}
