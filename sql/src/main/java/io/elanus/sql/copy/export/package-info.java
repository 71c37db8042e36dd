/// COPY TO: the rows of a table or a query into a file on the server, as CSV or TSV, JSON lines, Parquet or Arrow
/// IPC; what COPY FROM reads back.
///
/// [ExportPlan] has the options, [ExportRun] pulls batches from the query and gives them to a [RowWriter]. The file
/// is written beside its place under another name and moved there when it is whole, so nobody meets half a file; on
/// an error or a cancel it is removed.
///
/// Thread rule: a run belongs to one thread; its progress may be read from any.
@NullMarked
package io.elanus.sql.copy.export;

import org.jspecify.annotations.NullMarked;
