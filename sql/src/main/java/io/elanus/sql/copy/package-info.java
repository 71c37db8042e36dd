/// COPY: rows from files into a table. Formats: CSV and TSV, JSON lines, Parquet, Arrow IPC, and the files of ANN
/// research (fvecs, bvecs, ivecs, npy).
///
/// A [CopyReader] yields rows of constants, one per target column, and knows where it is; [CopyRun] checks them,
/// makes batches and appends them, parsing the next batch while the last one is being written. Rows whose keys
/// exist are replaced. Rows that were written stay when a later row is bad: the error says how many were loaded,
/// and loading the file again is safe.
///
/// Thread rule: a run belongs to one thread; its progress may be read from any.
@NullMarked
package io.elanus.sql.copy;

import org.jspecify.annotations.NullMarked;
