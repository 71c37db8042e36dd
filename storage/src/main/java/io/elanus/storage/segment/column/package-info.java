/// Columns as raw memory: the form in which rows are copied into chunks, gathered out of them, and looked at in
/// place.
///
/// A column of a chunk or batch is a few native addresses ([ColumnMemory]) that mean what its [ColumnLayout] says,
/// and the layouts are Arrow's, so a column becomes an Arrow vector without copying ([ColumnViews]) and the other
/// way round. [ColumnBuffer] is the one writer: it grows at its end from ranges or single rows of other columns.
/// [SharedMemory] counts who still looks.
///
/// | layout | validity | offsets | data |
/// |---|---|---|---|
/// | Bits | 1 bit a row, 1 = not NULL | | 1 bit a row |
/// | Fixed(w) | as above | | w bytes a row; all elements of a VECTOR |
/// | Variable | as above | int32, rows + 1 | bytes offsets[i] to offsets[i + 1] |
/// | Items(layout) | as above | int32, rows + 1 | in the child column, rows offsets[i] to offsets[i + 1] |
///
/// The elements of a VECTOR are never NULL, so the validity of the child that Arrow gives it is neither kept nor
/// stored. A NULL row takes its place in fixed data; its content means nothing.
///
/// Thread rule: addresses may be read by any thread while someone keeps the memory; a buffer has one writer.
@NullMarked
package io.elanus.storage.segment.column;

import org.jspecify.annotations.NullMarked;
