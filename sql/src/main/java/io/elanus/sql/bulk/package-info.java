/// Rows in bulk, beside the log: whole segments that are made here and come into a table in one step.
///
/// [SegmentImport] writes the files of new segments; nobody knows of them until [SegmentImport#commit] takes a
/// timestamp, gives it to all rows, and has the data coordinator take the segments in. Until then, and after a
/// failure, they are files that nothing refers to, and the garbage collector removes them.
///
/// [Place] is where files are that are not the table's: a folder of the server, the cluster's own object store, or
/// a bucket; [FilePattern] is one file in it or several, [SourceFiles] are those, open, and [ObjectChannel] reads
/// an object by ranges. [BulkStorage] is what this needs of the coordinators and the stores; wired in `sql.server`.
@NullMarked
package io.elanus.sql.bulk;

import org.jspecify.annotations.NullMarked;
