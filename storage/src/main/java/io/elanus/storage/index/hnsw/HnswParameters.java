package io.elanus.storage.index.hnsw;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.index.IndexParameter;
import io.elanus.storage.index.IndexParameters;
import io.elanus.storage.kernel.BlockScan.Planes;
import java.util.List;
import java.util.Map;

/// The parameters of a graph.
///
/// @param m links of a node on the upper levels; twice as many on level 0 (the paper's M)
/// @param efConstruction width of the beam that finds a new node's neighbours
/// @param efSearch width of the beam of a search that does not say
/// @param codes what a search walks on
/// @param layout what lies beside the links
/// @param codeBits bits a dimension of rabitq codes and the quantised layout's; 0: chosen from the dimension
/// @param seed of the levels
record HnswParameters(int m, int efConstruction, int efSearch, Codes codes, Layout layout, int codeBits, long seed) {
    private static final int WIDE = 256;
    private static final int FEW_BITS = 1;
    private static final int MORE_BITS = 3;

    static final List<IndexParameter> ALL = List.of(
            IndexParameter.number("m", "Links of a node; twice as many on the lowest level.", 2, 256, 16),
            IndexParameter.number(
                    "ef_construction", "Candidates kept while a new row's neighbours are looked for.", 4, 4096, 200),
            IndexParameter.number("ef_search", "Candidates kept by a search that does not say.", 1, 32_768, 64),
            IndexParameter.choice(
                    "codes",
                    "What a search walks on before it compares the vectors themselves.",
                    "none",
                    "sq8",
                    "rabitq"),
            IndexParameter.choice(
                    "layout",
                    "What lies beside the links: nothing, or codes of the neighbours that are scored in one pass.",
                    "plain",
                    "quantized"),
            IndexParameter.number(
                    "code_bits",
                    "Bits a dimension of rabitq codes and of the quantised layout; 0: 3 below 256 dimensions, else 1.",
                    0,
                    Planes.MOST_BITS,
                    0),
            IndexParameter.number("seed", "Seed of the random levels.", 0, Integer.MAX_VALUE, 42));

    static HnswParameters of(Map<String, String> given) {
        IndexParameters checked = IndexParameters.check(HnswFormat.NAME, ALL, given);
        Codes codes = Codes.numbered(checked.choice("codes"));
        Layout layout = Layout.numbered(checked.choice("layout"));
        if (codes != Codes.NONE && layout != Layout.PLAIN) {
            throw new StorageException(
                    ErrorCode.INVALID_PARAMETER,
                    "Index type [hnsw] takes [codes] or [layout = quantized], which has codes of its own. Leave one out.");
        }
        return new HnswParameters(
                checked.number("m"),
                checked.number("ef_construction"),
                checked.number("ef_search"),
                codes,
                layout,
                checked.number("code_bits"),
                checked.number("seed"));
    }

    /// A wide vector's code errs less at the same bits a dimension, and its bytes are what a walk waits for.
    int codeBits(int dimension) {
        if (codeBits > 0) {
            return codeBits;
        }
        return dimension < WIDE ? MORE_BITS : FEW_BITS;
    }
}
