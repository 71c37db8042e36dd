/// What a value is: column types, table schemas, metrics and hybrid timestamps, as immutable records.
///
/// Nothing here does I/O or holds a buffer. Arrow is the form of every batch of rows; [ArrowTypes] is the one
/// mapping between a column type and its Arrow field, and [SchemaProtos] the one between these records and their
/// protobuf form.
///
/// Thread rule: immutable, free to share.
@NullMarked
package io.elanus.storage.type;

import org.jspecify.annotations.NullMarked;
