/// The one rule that says which row a read sees.
///
/// A row carries the timestamp of its write, and an end: the least timestamp of a later write of the same key (a
/// delete, or a newer row), or [HybridTime#MAX] while there is none. A read at time t sees the row when `ts ≤ t <
/// end`. So of several rows with one key a read sees at most one, the newest that it may. Growing and sealed
/// segments, compaction, import, count and search all call [Visibility]; nothing else compares row timestamps.
///
/// A delete at the row's own timestamp does not end it: an upsert deletes and inserts at one timestamp.
///
/// [TimeToLive] hides rows by the age that they hold themselves, in tables that say so.
@NullMarked
package io.elanus.storage.visibility;

import org.jspecify.annotations.NullMarked;
