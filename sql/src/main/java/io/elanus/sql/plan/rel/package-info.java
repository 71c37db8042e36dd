/// From Calcite's relational algebra to our plan records: [QueryPlanner] is the way from a parsed query to a
/// [PlannedQuery]; [PlanTranslator] walks the optimised tree; [ExprTranslator] turns its expressions into those of
/// `storage.filter`, with every cast written out.
///
/// Nothing of Calcite outlives planning: a planned query holds our records only. Thread rule: a planner is free to
/// share; everything it makes along the way belongs to the planning thread.
@NullMarked
package io.elanus.sql.plan.rel;

import org.jspecify.annotations.NullMarked;
