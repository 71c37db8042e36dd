/// Generated queries whose answers must agree with each other: no reference engine, one engine asked twice.
///
/// [QueryCampaign] makes tables from a seed and asks pairs of queries: a whole and its three parts (where a
/// condition is true, false and unknown), a filter and the count of rows for which it is true, a table whose key and
/// statistics leave segments out and its copy without them, a filtered vector search and the rows that qualify.
/// [RandomQueries] writes them. [FuzzMain] is the command `elanus test --fuzz-sql`.
@NullMarked
package io.elanus.sql.fuzz;

import org.jspecify.annotations.NullMarked;
