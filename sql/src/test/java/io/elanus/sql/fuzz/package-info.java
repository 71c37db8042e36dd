/// Generated queries whose answers must agree with each other, or with what a few lines of Java make of simpler
/// answers: no reference engine.
///
/// [QueryCampaign] makes tables from a seed and runs checks over them. [ConditionChecks]: a whole and its three parts
/// (where a condition is true, false and unknown), a filter and the count of rows for which it is true, a filter and
/// three-valued logic over its leaves ([Condition]), a table whose key and statistics leave segments out and its
/// copy, two ways to write one value ([Rewriting]). [RelationChecks]: joins, EXISTS, IN, sets, aggregates, order and
/// windows, each said in another way. [SearchChecks]: filtered vector searches with an index, without, and
/// against the rows that qualify.
///
/// [RandomQueries] and [RandomValues] write what the checks ask, [Asker] asks it. [FuzzMain] is the command
/// `elanus test --fuzz-sql`.
@NullMarked
package io.elanus.sql.fuzz;

import org.jspecify.annotations.NullMarked;
