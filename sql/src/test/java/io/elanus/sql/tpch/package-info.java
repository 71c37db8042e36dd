/// TPC-H: its tables, its 22 queries, and a reference engine to compare with.
///
/// [TpchData] writes the tables as files, which both engines load ([TpchTables]); [TpchQueries] are the queries in
/// their standard form; [Answer] compares results. [TpchBench] is the command `elanus bench tpch`.
/// [GroupByBench] is `elanus bench groupby`: rows grouped by numbers and by text, in the same harness. The reference
/// engine is DuckDB, in the same process; it and the generator are on the class path of tests only.
@NullMarked
package io.elanus.sql.tpch;

import org.jspecify.annotations.NullMarked;
