/// Segments: growing in memory, sealed on disk, and the formats of their files.
///
/// A segment is some rows of one shard and partition. Its rows have ordinals from 0; chunk i holds the ordinals [i
/// × C, (i + 1) × C) for a power of two C that the segment keeps for life ([ChunkSize]), and every column of a
/// chunk is one piece of memory. With each row goes the timestamp of its write; its end is the least timestamp of a
/// later write of its key ([io.elanus.storage.visibility.Visibility]). Rows never move and never change; only ends
/// are set.
///
/// ```text
/// log ───► RowBuffer ── SegmentWriter ──► row files + manifest v1, v2, …      (data node)
/// log ───► GrowingSegment ─┐
/// files ─► SealedSegment ──┴─ Segment ── snapshot() ──► SegmentSnapshot       (query node)
/// files ─► Compactor ──► new segments                                         (data node)
/// ```
///
/// - [RowBuffer]: rows by chunk, one writer, snapshots for others; what a data node buffers. `new RowBuffer(schema,
///   chunkRows, allocator)`, `append(batch, from, count, ts)`, `snapshot()`, `release(rows)` once they are in
///   files, `evolve(schema)`, `close()`.
/// - [GrowingSegment]: a row buffer with a map of its keys and the ends of its rows. `new GrowingSegment(id,
///   schema, chunkRows, allocator)`, `append(batch, from, count, ts)`, `end(key, ts)`; `load(manifest)` first
///   brings in the rows that are already in files.
/// - [SegmentWriter]: `new SegmentWriter(objects, fileIds)`; `write(manifest, snapshot)` writes what the manifest
///   lacks and returns its next version, `complete(manifest, snapshot)` also ends the segment, `writeDeltas(id,
///   deltas)` makes an L0 segment.
/// - [SealedSegment]: `open(objects, manifest, schema, allocator)` maps the files; `apply(deltas)` brings it up to
///   date, `end(key, ts)` keeps it so.
/// - [DeltaLog]: `read(objects, file)`.
/// - [Compactor]: `compact(sealedSegments, plan)` → manifests of new segments.
///
/// ## Snapshots
///
/// [SegmentSnapshot] freezes the row count and keeps the memory. The writer publishes a row only once it is whole,
/// so rows below the count never change. Ends are not frozen: an end that arrives while a read at t runs has a
/// timestamp above t, because a reader only starts at t when everything up to t was applied, and `t < end` gives
/// the same answer as no end at all.
///
/// ## Columns that come and go
///
/// Columns are found by id. A chunk without the column (it was added later) reads as the default that the reader's
/// schema gives, or NULL; a column that was dropped is just never asked for.
///
/// Thread rule: see [Segment]; writers and the compactor block on I/O and belong on worker threads.
@NullMarked
package io.elanus.storage.segment;

import org.jspecify.annotations.NullMarked;
