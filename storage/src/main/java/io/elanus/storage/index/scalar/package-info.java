/// Indexes over the values of a scalar column, or over the items of an array column, of one segment.
///
/// All types share one idea: the distinct values in the order of SQL (the *dictionary*) and, for each, the rows that
/// have it. They differ in how these rows are written:
///
/// | type | rows of a value | good for |
/// |---|---|---|
/// | `sorted` (alias `btree`) | numbers of 4 bytes, so that a range of values is one run of them | ranges, many
/// distinct values |
/// | `inverted` (aliases `hash`, `gin`) | distances to the row before, one byte or more each | items of arrays,
/// equality, little space |
/// | `bitmap` | a Roaring bitmap | few distinct values |
///
/// How many rows a condition leaves is known exactly before any of them is looked at ([ScalarIndex#count]). NULLs
/// stand apart, as one bitmap.
///
/// [IndexedFilter] is the way from a filter to an index: it takes the conditions that indexes can answer, marks
/// their rows, and hands back what is left of the filter.
///
/// A file is an [io.elanus.storage.index.IndexFileWriter] file without vectors. Its parameter `keys` says how values
/// are written ([KeyForm]); its sections, all numbers little endian, with d distinct values and e entries:
///
/// | id | bytes | what |
/// |---|---|---|
/// | 1 | 8 d | numbers: the values. Bytes: where each value starts in section 2, and its end is the next one's start |
/// | 2 | any | bytes: the values one after the other; numbers: empty |
/// | 3 | 4 (d + 1) | how many entries stand before each value; left out when every value has one |
/// | 4 | any | the rows of the values |
/// | 5 | 8 (d + 1) | where in section 4 the rows of each value start; left out by `sorted` |
/// | 6 | any | rows that are NULL, a Roaring bitmap |
///
/// Section 1 of bytes has one more number, the end of the last value.
///
/// What is read from a section is checked before it is used as a place: a broken file gives an error, never a wild
/// access or a row that the segment does not have.
///
/// Thread rule: an open index is immutable and shared. A build belongs to one thread.
@NullMarked
package io.elanus.storage.index.scalar;

import org.jspecify.annotations.NullMarked;
