package io.elanus.storage.index.hnsw;

import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.SearchStrategy;

/// What the ways to meet a filter cost, in distances computed in row order.
///
/// @param rankedPerLink a walk ranks about this many nodes per link and place in the beam
/// @param walk cost of ranking a node met on a walk
/// @param quantizedWalk the same in the quantised layout, which scores most nodes without reading their vectors
/// @param filteredWalk the same on a walk that steps over what fails
/// @param sparse cost of comparing a row when many between it and the last one fail
record Costs(double rankedPerLink, double walk, double quantizedWalk, double filteredWalk, double sparse) {
    static final Costs MEASURED = new Costs(0.6, 2.5, 1, 20, 2.5);
    /// From this share of passing rows on, comparing them reads memory as it lies.
    private static final double DENSE = 0.7;
    /// A beam that is widened by the share alone finds a little less than one without a filter: what passes lies
    /// unevenly.
    private static final double WIDER = 1.25;

    /// Width of the beam of a walk that ignores the filter, for one of `ef` without a filter.
    static int width(RowFilter filter, int ef) {
        double widening = filter.passesAll() ? 1 : WIDER * filter.rows() / Math.max(1, filter.cardinality());
        return (int) Math.min(Integer.MAX_VALUE, ef * widening);
    }

    /// A walk that ignores the filter must be so much wider as fewer rows pass; one that steps over what fails
    /// costs the same at any share.
    SearchStrategy choose(RowFilter filter, int ef, int links, Layout layout) {
        double ranked = (double) ef * links * rankedPerLink;
        double passing = (double) filter.cardinality() / Math.max(1, filter.rows());
        double exact = filter.cardinality() * (passing < DENSE ? sparse : 1);
        double thenFilter =
                width(filter, ef) * links * rankedPerLink * (layout == Layout.QUANTIZED ? quantizedWalk : walk);
        double withinFilter = filter.passesAll() ? Double.POSITIVE_INFINITY : ranked * filteredWalk;
        if (exact < Math.min(thenFilter, withinFilter)) {
            return SearchStrategy.EXACT;
        }
        if (withinFilter < thenFilter) {
            return SearchStrategy.INDEX_WITHIN_FILTER;
        }
        return filter.passesAll() ? SearchStrategy.INDEX : SearchStrategy.INDEX_THEN_FILTER;
    }
}
