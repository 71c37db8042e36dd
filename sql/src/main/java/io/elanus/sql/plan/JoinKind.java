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
    ANTI,
    /// Right rows that have a match, once, without the left columns.
    RIGHT_SEMI,
    /// Right rows that have no match, without the left columns. Rows with NULL keys have none.
    RIGHT_ANTI;

    /// Only left rows come out, at most once.
    public boolean leftOnly() {
        return this == SEMI || this == ANTI;
    }

    /// Only right rows come out, at most once.
    public boolean rightOnly() {
        return this == RIGHT_SEMI || this == RIGHT_ANTI;
    }
}
