package io.elanus.storage.index.scalar;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.index.IndexFileReader;
import io.elanus.storage.index.IndexParameters;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.index.VectorIndexFormat.BuiltIndex;
import io.elanus.storage.type.ColumnType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The kinds of scalar index; see the package.
public enum ScalarFormat {
    SORTED("btree"),
    BITMAP,
    INVERTED("hash", "gin");

    static final int VERSION = 1;

    /// What PostgreSQL calls an index that serves as this one does.
    private final List<String> aliases;

    ScalarFormat(String... aliases) {
        this.aliases = List.of(aliases);
    }

    /// As `USING` names it.
    public String sql() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static List<String> names() {
        return Arrays.stream(values()).map(ScalarFormat::sql).toList();
    }

    public static Optional<ScalarFormat> find(String name) {
        String folded = name.toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(format -> format.sql().equals(folded) || format.aliases.contains(folded))
                .findFirst();
    }

    /// What a column of this type gets when nothing is said.
    public static ScalarFormat byDefault(ColumnType type) {
        return switch (type) {
            case ColumnType.Simple.BOOLEAN -> BITMAP;
            case ColumnType.Array _ -> INVERTED;
            case ColumnType.Simple _, ColumnType.Varchar _, ColumnType.Decimal _, ColumnType.Vector _ -> SORTED;
        };
    }

    /// Ranges of lists are not asked for, so `sorted` does not take them.
    public boolean supports(ColumnType type) {
        return KeyForm.of(type).isPresent() && !(this == SORTED && type instanceof ColumnType.Array);
    }

    /// Checks what `CREATE INDEX` was given before anything is built.
    public void check(ColumnType type, Map<String, String> parameters) {
        IndexParameters.check(sql(), List.of(), parameters);
        if (!supports(type)) {
            String instead = KeyForm.of(type).isPresent()
                    ? "Use [" + byDefault(type).sql() + "]."
                    : type == ColumnType.Simple.JSON
                            ? "Index a path of it: WITH (path = '$.name', value_type = 'BIGINT')."
                            : "Index another column, or a column that is computed from it.";
            throw new StorageException(
                    ErrorCode.INVALID_PARAMETER,
                    "Index type [%s] does not apply to a column of type [%s]. %s"
                            .formatted(sql(), type.sql(), instead));
        }
    }

    /// Builds the index of all values of the source. Blocks; stops with `CANCELLED` soon after the monitor asks.
    public BuiltIndex build(ScalarSource source, BuildMonitor monitor) {
        check(source.type(), Map.of());
        return new ScalarBuild(this, source, monitor).run();
    }

    /// Opens a file that [#build] wrote; it stays owned by the caller and must outlive the index.
    ///
    /// @param name of the object, for errors
    /// @param rows of the segment
    public static ScalarIndex open(String name, MemorySegment file, ColumnType type, int rows) {
        String found = IndexFileReader.formatOf(name, file);
        ScalarFormat format = find(found)
                .orElseThrow(() -> new StorageException(
                        ErrorCode.FORMAT_TOO_NEW,
                        "Index file [%s] has the format [%s], which this version does not know. Upgrade, or rebuild it."
                                .formatted(name, found)));
        return new ScalarIndex(format, new IndexFileReader(name, file, found, VERSION), type, rows);
    }
}
