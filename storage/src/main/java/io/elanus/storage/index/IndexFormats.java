package io.elanus.storage.index;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.index.diskann.DiskAnnFormat;
import io.elanus.storage.index.flat.FlatFormat;
import io.elanus.storage.index.hnsw.HnswFormat;
import io.elanus.storage.index.inverted.FulltextFormat;
import io.elanus.storage.index.inverted.SparseInvertedFormat;
import io.elanus.storage.index.ivf.IvfFormat;
import io.elanus.storage.index.ivf.ListCodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// Every index format by its name. Immutable.
public final class IndexFormats {
    /// Names that other systems use for binary vectors; the formats here take any element.
    private static final String BINARY_PREFIX = "bin_";

    private static final String AUTO = "auto";

    private final List<VectorIndexFormat> formats;

    public IndexFormats(BuildPool pool) {
        HnswFormat hnsw = new HnswFormat(pool);
        FlatFormat flat = new FlatFormat();
        SparseInvertedFormat sparse = new SparseInvertedFormat();
        List<VectorIndexFormat> known = new ArrayList<>(List.of(
                new AutoFormat(hnsw, flat, sparse), hnsw, flat, new DiskAnnFormat(pool), sparse, new FulltextFormat()));
        for (ListCodes codes : ListCodes.values()) {
            known.add(new IvfFormat(pool, codes));
        }
        formats = List.copyOf(known);
    }

    public List<VectorIndexFormat> all() {
        return formats;
    }

    public List<String> names() {
        return formats.stream().map(VectorIndexFormat::name).toList();
    }

    public Optional<VectorIndexFormat> find(String name) {
        String folded = name.toLowerCase(Locale.ROOT);
        String plain = folded.startsWith(BINARY_PREFIX) ? folded.substring(BINARY_PREFIX.length()) : folded;
        if (plain.equals(AUTO)) {
            plain = AutoFormat.NAME;
        }
        String wanted = plain;
        return formats.stream().filter(format -> format.name().equals(wanted)).findFirst();
    }

    /// The format of this name; fails with `UNDEFINED_OBJECT`, naming the nearest.
    public VectorIndexFormat require(String name) {
        return find(name)
                .orElseThrow(() -> new StorageException(
                        ErrorCode.UNDEFINED_OBJECT,
                        "There is no index type [%s]. Did you mean [%s]? There are %s."
                                .formatted(
                                        name,
                                        Nearest.of(name, names()),
                                        names().stream().map(n -> "[" + n + "]").collect(Collectors.joining(", ")))));
    }

    /// Checks what `CREATE INDEX` was given before anything is built: the format, its parameters, and that it can
    /// serve the vectors' type under the metric.
    public VectorIndexFormat check(IndexSpec spec) {
        VectorIndexFormat format = require(spec.format());
        IndexParameters.check(format.name(), format.parameters(), spec.parameters());
        if (!format.supports(spec)) {
            throw new StorageException(
                    ErrorCode.INVALID_PARAMETER,
                    "Index type [%s] cannot serve the metric [%s] on a column of type [%s]. Choose another metric."
                            .formatted(
                                    format.name(),
                                    spec.metric().sql(),
                                    spec.type().sql()));
        }
        return format;
    }

    /// Opens a file of any of the formats, as its header says.
    ///
    /// @param name of the object, for errors
    public VectorIndex open(String name, java.lang.foreign.MemorySegment file, VectorSource source) {
        String format = IndexFileReader.formatOf(name, file);
        return find(format)
                .orElseThrow(() -> new StorageException(
                        ErrorCode.FORMAT_TOO_NEW,
                        "Index file [%s] has the format [%s], which this version does not know. Upgrade, or rebuild it."
                                .formatted(name, format)))
                .open(name, file, source);
    }
}
