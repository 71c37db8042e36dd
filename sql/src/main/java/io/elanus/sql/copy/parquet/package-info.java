/// Parquet files, on the Hadoop-free parts of parquet-java: its format structures (thrift footers and page headers)
/// and its column layer (levels, encodings, dictionaries). What those leave to Hadoop is here: finding row groups
/// and pages in a file ([ParquetFile], [ChunkPages]), compression ([Compression]), and the assembly of rows.
///
/// Columns that are read: every primitive with its annotation, and lists of primitives in all three layouts that
/// writers use. A struct, a map or a list of lists is refused when a table's column asks for it, and skipped
/// otherwise. Sizes and checksums are checked before they are believed; any damage ends in an exception that
/// [CorruptParquetException] covers, never in a wrong value where the file has checksums.
///
/// Thread rule: a reader and a writer belong to one thread.
@NullMarked
package io.elanus.sql.copy.parquet;

import org.jspecify.annotations.NullMarked;
