/// COPY: rows from files into a table. Formats: CSV and TSV, JSON lines, Parquet, Arrow IPC, and the files of ANN
/// research (fvecs, bvecs, ivecs, npy).
///
/// A [BatchSource] yields batches of the file's rows, checked and complete but for generated keys. Text is cut at
/// the ends of records into blocks that are parsed at the same time ([TextBlocks]); Arrow's columns are taken as
/// they are where they have the table's layout; other formats are read row by row ([CopyReader], [RowBatches]), one
/// batch ahead ([Ahead]). A [RowSink] writes them: [CopyBatches] through the log, up to three batches at a time, or
/// [SegmentRows] into sealed segments beside it. [CopyRun] moves them from the one to the other.
///
/// Segments ([SinkChoice], option `segments`): a file of 64 MB or more whose keys are generated, or that goes into
/// an empty table, becomes sealed segments that all become visible at one timestamp, or none. The keys of the file
/// are compared with each other here; that nobody wrote a row meanwhile is for the data coordinator to say when it
/// takes the segments in. A load that fails or is killed leaves files that nothing refers to, for the garbage
/// collector.
///
/// Keys: a row whose key exists in the table, or came earlier in the file, ends the load with 23505 and the number
/// of the row (option `on_conflict` error, the default), is left out (`ignore`), or takes the earlier row's place
/// (`replace`). The first two lock the keys of a batch where its shard is written, look the keys up as of a fresh
/// timestamp, and write, as INSERT does: exact against every concurrent writer. That holds for empty tables too;
/// what it costs is one hash lookup per key and segment, and the waiting hides behind the batches that overlap. No
/// mode scans the table. Under row policies `replace` locks and looks too: a policy is about the rows that go.
///
/// Through the log, a batch is written whole or not at all, so a file of one batch (8,192 rows, 4 MB of text or 8
/// MB of values) is too. Of a larger file the batches before an error stay: the error says how many rows are in,
/// and loading it again with `ignore` completes it.
///
/// Files are on the server or in object stores ([io.elanus.sql.bulk.SourceFile]); [CopyFiles] loads several, one
/// after the other. A job (option `job`) remembers each file that is in whole, at the data coordinator. Where keys
/// are generated the file becomes segments, and the note is in the transaction that takes them in: both or none.
/// Rows with keys may go through the log, with the note behind them ([RememberedRows]); loaded again, a row that is
/// there with the file's values is passed over ([OnConflict#SAME]), so that a file which was broken off is
/// completed and no row is there twice.
///
/// [ReadableFiles] are files as tables of a query: their columns are found by [FileColumns], their rows read by the
/// same readers.
///
/// Thread rule: a run belongs to one thread; its progress may be read from any. What computes beside it has
/// platform threads of its own ([InOrder]).
@NullMarked
package io.elanus.sql.copy;

import org.jspecify.annotations.NullMarked;
