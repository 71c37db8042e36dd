package io.elanus.sql.copy;

import io.elanus.sql.bulk.BulkStorage;
import io.elanus.sql.bulk.FilePattern;
import io.elanus.sql.catalog.FileTables;
import io.elanus.sql.copy.CopyPlan.Format;
import io.elanus.sql.plan.RowFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// The files that COPY may read, as tables. What a file holds is told by its suffix or an option.
///
/// @param folders below which those of the server are; empty: anywhere
/// @param storage asked only for files of object stores
public record ReadableFiles(List<Path> folders, Supplier<BulkStorage> storage) implements FileTables {
    private static final Set<String> OPTIONS = Set.of("format", "header", "delimiter", "quote", "null");

    public ReadableFiles {
        folders = List.copyOf(folders);
    }

    @Override
    public RowFile find(String path, Map<String, String> options) {
        CopyOptions given = CopyOptions.checked(options, OPTIONS);
        FilePattern pattern = FilePattern.of(path, folders);
        return ReadFile.of(new ReadFile.Source(pattern, storage), Format.of(given, pattern), given);
    }
}
