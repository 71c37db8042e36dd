/// The object store: immutable blobs by key. Segments, deltas, manifests and index files live here.
///
/// Keys are `/`-separated relative paths without control characters, `\`, `.` and `..` (ours are of
/// `[A-Za-z0-9._-]`, users name theirs as they like); a key is written once and never changed.
///
/// Thread rule: any thread; calls block on I/O, so they are made from virtual threads or worker threads, never from
/// an event loop.
@NullMarked
package io.elanus.storage.object;

import org.jspecify.annotations.NullMarked;
