package io.elanus.storage.index.ivf;

import io.elanus.storage.index.IndexParameter;
import io.elanus.storage.index.IndexParameters;
import io.elanus.storage.kernel.BlockScan.Planes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The parameters of an inverted file.
///
/// @param nlist lists; 0: chosen from the number of vectors
/// @param nprobe lists that a search looks into when it does not say; 0: chosen from the number of lists
/// @param m parts of a product code; 0: half the dimension
/// @param codeBits bits a dimension of a rabitq code
/// @param refine so many times k of the best by their codes are compared by their vectors
/// @param seed of the sample and of the first centroids
record IvfParameters(int nlist, int nprobe, int m, int codeBits, int refine, long seed) {
    private static final int LEAST_ROWS_OF_LIST = 16;

    static List<IndexParameter> of(ListCodes codes) {
        List<IndexParameter> known = new ArrayList<>();
        known.add(IndexParameter.number("nlist", "Lists; 0: four times the root of the rows.", 0, 65_536, 0));
        known.add(IndexParameter.number(
                "nprobe", "Lists that a search looks into when it does not say; 0: one in sixteen.", 0, 65_536, 0));
        switch (codes) {
            case FLAT, SQ8 -> {}
            case PQ -> {
                known.add(IndexParameter.number(
                        "m", "Parts of a code, each of 4 bits; 0: half the dimension.", 0, 32_768, 0));
                known.add(IndexParameter.number("nbits", "Bits of a part.", 4, 4, 4));
            }
            case RABITQ ->
                known.add(IndexParameter.number("code_bits", "Bits a dimension of a code.", 1, Planes.MOST_BITS, 1));
        }
        if (codes != ListCodes.FLAT) {
            known.add(IndexParameter.number(
                    "refine", "So many times k of the best by code are compared by vector.", 1, 1_000, 10));
        }
        known.add(IndexParameter.number("seed", "Seed of the sample.", 0, Integer.MAX_VALUE, 42));
        return List.copyOf(known);
    }

    static IvfParameters check(ListCodes codes, Map<String, String> given) {
        IndexParameters checked = IndexParameters.check(codes.formatName(), of(codes), given);
        return new IvfParameters(
                checked.number("nlist"),
                checked.number("nprobe"),
                codes == ListCodes.PQ ? checked.number("m") : 0,
                codes == ListCodes.RABITQ ? checked.number("code_bits") : 0,
                codes == ListCodes.FLAT ? 0 : checked.number("refine"),
                checked.number("seed"));
    }

    /// Lists for so many vectors: none is left with only a few.
    int lists(int vectors) {
        int wanted = nlist > 0 ? nlist : (int) Math.round(4 * Math.sqrt(vectors));
        return Math.clamp(wanted, 1, Math.max(1, vectors / LEAST_ROWS_OF_LIST));
    }

    int probes(int lists) {
        return Math.clamp(nprobe > 0 ? nprobe : (lists + 15) / 16, 1, lists);
    }

    int parts(int dimension) {
        return Math.min(dimension, m > 0 ? m : (dimension + 1) / 2);
    }
}
