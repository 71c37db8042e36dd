package io.elanus.sql.copy;

import io.elanus.sql.bulk.Place;
import io.elanus.sql.catalog.FileTables;
import io.elanus.sql.copy.CopyPlan.Format;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.plan.RowFile;
import io.elanus.storage.ErrorCode;
import java.nio.file.Path;
import java.util.List;

/// The files of the server that COPY may read, as tables. What a file holds is told by its suffix.
///
/// @param folders below which they are; empty: anywhere
public record ServerFiles(List<Path> folders) implements FileTables {
    public ServerFiles {
        folders = List.copyOf(folders);
    }

    @Override
    public RowFile find(String path) {
        if (path.indexOf('\0') >= 0 || path.isBlank()) {
            throw new QueryException(ErrorCode.INVALID_PARAMETER, "The path of a file is empty or has a NUL.");
        }
        Path file = Place.allowed(path, folders);
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        if (dot < 0) {
            throw new QueryException(
                    ErrorCode.INVALID_PARAMETER,
                    "The name of file [%s] does not tell its format.".formatted(name),
                    "Name a file that ends in .parquet, .arrow, .csv, .tsv, .jsonl, .npy, .fvecs, .bvecs or .ivecs.");
        }
        return ReadFile.of(file, Format.of(name.substring(dot + 1)));
    }
}
