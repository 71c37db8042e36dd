package io.elanus.cluster.querynode.fragment;

/// How hard a search is to try; 0 in any place: the index decides.
///
/// @param efSearch for graphs
/// @param nprobe for inverted files
/// @param accuracy recall in percent that an index is to reach by its own calibration; wins over the others
record SearchEffort(int efSearch, int nprobe, int accuracy) {
    private static final String LISTS = "ivf_";

    /// The search parameter of an index of this format.
    int of(String format) {
        if (accuracy > 0) {
            return 0;
        }
        return format.startsWith(LISTS) ? nprobe : efSearch;
    }
}
