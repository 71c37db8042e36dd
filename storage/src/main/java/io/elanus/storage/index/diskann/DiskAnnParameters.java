package io.elanus.storage.index.diskann;

import io.elanus.storage.index.IndexParameter;
import io.elanus.storage.index.IndexParameters;
import io.elanus.storage.kernel.BlockScan.Planes;
import java.util.List;
import java.util.Map;

/// The parameters of a graph on disk.
///
/// @param maxDegree links of a node (the paper's R)
/// @param searchList width of the beam that finds a new node's neighbours (the paper's L)
/// @param alphaPercent how much nearer a link must be to drop a candidate, times 100
/// @param efSearch width of the beam of a search that does not say
/// @param codeBits bits a dimension of the codes in memory
/// @param seed of whatever is random
record DiskAnnParameters(int maxDegree, int searchList, int alphaPercent, int efSearch, int codeBits, long seed) {
    static final List<IndexParameter> ALL = List.of(
            IndexParameter.number("max_degree", "Links of a node (R).", 8, 512, 48),
            IndexParameter.number(
                    "search_list", "Candidates kept while a new row's neighbours are looked for (L).", 8, 4096, 128),
            IndexParameter.decimal(
                    "alpha", "How much nearer to a link a candidate must be to be left out.", 100, 200, 120, 2),
            IndexParameter.number("ef_search", "Candidates kept by a search that does not say.", 1, 32_768, 100),
            IndexParameter.number("code_bits", "Bits a dimension of the codes in memory.", 1, Planes.MOST_BITS, 2),
            IndexParameter.number("seed", "Seed of whatever is random.", 0, Integer.MAX_VALUE, 42));

    static DiskAnnParameters of(Map<String, String> given) {
        IndexParameters checked = IndexParameters.check(DiskAnnFormat.NAME, ALL, given);
        return new DiskAnnParameters(
                checked.number("max_degree"),
                checked.number("search_list"),
                checked.number("alpha"),
                checked.number("ef_search"),
                checked.number("code_bits"),
                checked.number("seed"));
    }
}
