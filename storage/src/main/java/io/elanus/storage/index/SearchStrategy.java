package io.elanus.storage.index;

/// How a search meets its filter.
public enum SearchStrategy {
    /// Compares every row that passes.
    EXACT,
    /// Walks the index; every row passes.
    INDEX,
    /// Walks the index with a wider beam and drops what fails.
    INDEX_THEN_FILTER,
    /// Walks the index over the rows that pass.
    INDEX_WITHIN_FILTER
}
