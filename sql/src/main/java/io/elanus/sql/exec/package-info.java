/// Runs plans: a tree of pull operators over Arrow batches.
///
/// [Executor] builds one [RowSource] per plan node; the root's batches are the result. Every operator asks
/// [QueryContext#check] before each batch and inside long loops, so a cancelled or late statement stops within 200
/// ms. All memory of a statement, off-heap and the heap of hash tables, counts against the context's allocator;
/// going over its limit is OUT_OF_MEMORY and names the setting. Sorts, aggregations and hash joins come to that
/// later than others: they put runs of rows, and parts of groups and of both sides, into the [SpillFolder].
///
/// Thread rule: a running plan belongs to one thread, a virtual one that may block; [QueryContext#cancel] may be
/// called from any.
@NullMarked
package io.elanus.sql.exec;

import org.jspecify.annotations.NullMarked;
