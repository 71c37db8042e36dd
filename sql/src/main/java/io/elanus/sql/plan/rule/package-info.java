/// What moves into the fragments that shard leaders run. [Pushdown] builds plan nodes and, where the node below
/// reads a table and has done nothing irreversible yet, folds them into its template; [VectorSearch] recognises the
/// nearest-rows search among sorts, [GroupedSearch] that of the best rows of each group; [Pruning] leaves out what
/// nobody reads and turns equality of the key into a key look-up.
///
/// All functions are pure. Thread rule: free to share.
@NullMarked
package io.elanus.sql.plan.rule;

import org.jspecify.annotations.NullMarked;
