package io.elanus.sql.plan;

/// Which rows a join yields.
public enum JoinKind {
    INNER,
    LEFT,
    RIGHT,
    FULL,
    /// Left rows that have a match, once, without the right columns.
    SEMI,
    /// Left rows that have no match, without the right columns. Rows with NULL keys have none.
    ANTI
}
