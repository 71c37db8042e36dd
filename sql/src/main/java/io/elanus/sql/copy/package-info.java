/// COPY: rows from files into a table. Formats: CSV and TSV, JSON lines, Parquet, Arrow IPC, and the files of ANN
/// research (fvecs, bvecs, ivecs, npy).
///
/// A [CopyReader] yields rows of constants, one per target column, and knows where it is; [CopyRun] checks them and
/// makes batches; [CopyBatches] writes them, up to three at a time, while the next is parsed.
///
/// Keys: a row whose key exists in the table, or came earlier in the file, ends the load with 23505 and the number
/// of the row (option `on_conflict` error, the default), is left out (`ignore`), or takes the earlier row's place
/// (`replace`). The first two lock the keys of a batch where its shard is written, look the keys up as of a fresh
/// timestamp, and write, as INSERT does: exact against every concurrent writer. That holds for empty tables too;
/// what it costs is one hash lookup per key and segment, and the waiting hides behind the batches that overlap. No
/// mode scans the table. Under row policies `replace` locks and looks too: a policy is about the rows that go.
///
/// A batch is written whole or not at all, so a file of one batch (8,192 rows, 8 MB) is too. Of a larger file the
/// batches before an error stay: the error says how many rows are in, and loading it again with `ignore` completes
/// it.
///
/// [ServerFiles] are files as tables of a query: their columns are found by [FileColumns], their rows read by the same
/// readers.
///
/// Thread rule: a run belongs to one thread; its progress may be read from any.
@NullMarked
package io.elanus.sql.copy;

import org.jspecify.annotations.NullMarked;
