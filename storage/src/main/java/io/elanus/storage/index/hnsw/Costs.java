package io.elanus.storage.index.hnsw;

import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.SearchStrategy;

/// What the ways to meet a filter cost, in distances computed in row order.
///
/// @param rankedPerLink a walk ranks about this many nodes per link and place in the beam
/// @param walk cost of ranking a node met on a walk
/// @param filteredWalk the same on a walk that steps over what fails
/// @param mostPass from this share of passing rows on a walk ignores the filter
record Costs(double rankedPerLink, double walk, double filteredWalk, double mostPass) {
    static final Costs MEASURED = new Costs(0.6, 2.5, 6, 0.7);

    SearchStrategy choose(RowFilter filter, int ef, int links) {
        double ranked = (double) ef * links * rankedPerLink;
        double passing = (double) filter.cardinality() / Math.max(1, filter.rows());
        if (passing < mostPass) {
            return filter.cardinality() < filteredWalk * ranked
                    ? SearchStrategy.EXACT
                    : SearchStrategy.INDEX_WITHIN_FILTER;
        }
        if (filter.cardinality() < walk * ranked / passing) {
            return SearchStrategy.EXACT;
        }
        return filter.passesAll() ? SearchStrategy.INDEX : SearchStrategy.INDEX_THEN_FILTER;
    }
}
