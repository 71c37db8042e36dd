/// Expressions over Arrow batches: the one evaluator for filters on the nodes and for expressions in the proxy.
///
/// [Expr] is the tree; it is evaluated a column at a time (one call per batch and node of the tree). NULL follows
/// SQL: an operator with a NULL argument yields NULL unless its description says otherwise, and a filter keeps only
/// rows that are TRUE.
///
/// Thread rule: trees are immutable; an evaluator belongs to one thread at a time.
@NullMarked
package io.elanus.storage.filter;

import org.jspecify.annotations.NullMarked;
