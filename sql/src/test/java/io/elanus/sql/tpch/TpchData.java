package io.elanus.sql.tpch;

import io.trino.tpch.TpchEntity;
import io.trino.tpch.TpchTable;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The tables of TPC-H as files, one line a row, fields divided by `|`.
final class TpchData {
    private TpchData() {}

    static Path file(Path folder, TpchTable<?> table) {
        return folder.resolve(table.getTableName() + ".csv");
    }

    /// Writes all tables of this scale; the generator is seeded, so the same scale is the same data.
    static void write(Path folder, double scale) throws IOException {
        for (TpchTable<?> table : TpchTable.getTables()) {
            try (BufferedWriter out = Files.newBufferedWriter(file(folder, table))) {
                for (TpchEntity row : table.createGenerator(scale, 1, 1)) {
                    String line = row.toLine();
                    int end = line.endsWith("|") ? line.length() - 1 : line.length();
                    out.append(line, 0, end).append('\n');
                }
            }
        }
    }
}
