/// From a validated statement to a tree of operators.
///
/// [Plan] is what the rules arrive at and what `sql.exec` runs: records that know their output columns. Expressions
/// are those of `storage.filter`, over the columns of the input; parameters stay in the plan, so a plan is cached
/// and run many times. Leaves that read tables are [Plan.FragmentScan]s: a template of what every shard leader does
/// ([FragmentTemplate]), and how the answers of the shards become one ([Merge]).
///
/// Subqueries that are used as values and refer to nothing outside themselves become parameters too, whose values
/// their own plans make when the statement runs ([Plan.Prepared]).
///
/// Thread rule: plans are immutable, free to share.
@NullMarked
package io.elanus.sql.plan;

import org.jspecify.annotations.NullMarked;
