/// From Calcite's relational algebra to our plan records: [QueryPlanner] is the way from a parsed query to a
/// [PlannedQuery]; [PlanTranslator] walks the optimised tree; [ExprTranslator] turns its expressions into those of
/// `storage.filter`, with every cast written out.
///
/// On the way: [SemiJoins] makes joins of EXISTS, what is left of correlated subqueries goes through Calcite's
/// decorrelation; rules push filters down; [JoinOrder] orders inner joins by [Cardinality], and the translator has
/// the other joins hold their smaller side ([JoinCondition] are their keys). [SoundRexBuilder] keeps Calcite's
/// simplifier from where it is wrong.
///
/// Nothing of Calcite outlives planning: a planned query holds our records only. Thread rule: a planner is free to
/// share; everything it makes along the way belongs to the planning thread.
@NullMarked
package io.elanus.sql.plan.rel;

import org.jspecify.annotations.NullMarked;
