/// What a query node does with one fragment, from the rows of its segments to Arrow batches.
///
/// A [FragmentRequest] is the fragment with its columns resolved; a [ReadView] is the segments it reads, held until
/// the answer is closed. [FragmentRunner] joins them:
///
/// 1. segments and chunks whose statistics exclude the filter are left out ([StatisticsPruner]); 2. the rows that
/// the read timestamp sees become a bitmap, the filter clears bits in it, a chunk at a time ([RowSelector]); a
/// fragment with keys looks them up instead; 3. the shape chooses rows: all of them, the nearest ([NearestSearch]),
/// the first in an order ([SortedRows]), or groups ([Grouping]). Only the columns a step needs are touched, so
/// `count(*)` touches none; 4. the chosen rows' output columns are gathered ([RowFetcher]) and projected, a batch
/// at a time.
///
/// A search for many rows may be read bit by bit ([StreamedRows]): [SegmentStream] holds a searcher per segment
/// that goes on as rows are taken, [NearestStream] merges them, and the view stays held, so that all rows are of
/// one time. A grouped search ([GroupedRows]) takes rows from the same stream until enough of them have found room
/// in their groups.
///
/// Answers are lazy where they can be: a scan works inside [io.elanus.cluster.exchange.BatchStream#next], a chunk
/// ahead of its reader. Top-k, sort and grouping run on the compute workers before the stream is handed out,
/// segments in parallel when that pays; what takes less time than handing it over would, and the look-up of a few
/// keys, is done by the calling thread if fewer compute than may.
///
/// Memory of a fragment comes from a child allocator with the fragment's limit; a batch that is handed out moves to
/// the process's root allocator, so the child can close before its batches do.
///
/// Thread rule: a stream and what is below it belongs to one thread at a time; the view is shared.
@NullMarked
package io.elanus.cluster.querynode.fragment;

import org.jspecify.annotations.NullMarked;
