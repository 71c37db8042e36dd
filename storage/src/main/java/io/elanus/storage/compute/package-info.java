/// Grouping, ordering and copying of rows over Arrow batches: what query nodes do for a fragment and what the proxy
/// does for the rest of a plan.
///
/// [HashAggregator] groups: rows in, partial states or results out, partial states merged back in. [TopRows] keeps
/// the first n of a stream in the order of its sort keys, [RowAppender] copies chosen rows into new batches.
/// [RowKeys] encodes key columns as bytes whose unsigned order is the order of the rows; the same bytes serve
/// grouping, joins, DISTINCT and sorting. Keys of one number ([LongTable]) or one text ([TextTable]) are grouped as
/// they are; [GroupNumbers] chooses.
///
/// Memory: batches come from the allocator that was handed in, and the heap that tables and key pages take is
/// counted against the same allocator; going over its limit is OUT_OF_MEMORY. Each object is closed by its owner.
///
/// Thread rule: every object belongs to one thread at a time.
@NullMarked
package io.elanus.storage.compute;

import org.jspecify.annotations.NullMarked;
