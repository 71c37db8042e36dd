/// The object store of the embedded database: a folder.
///
/// An object is the file at its key below `objects/`. A put writes a file in `tmp/`, syncs it, links it to its
/// place (a link fails if the place is taken, so exactly one put of a key wins), syncs the folders that changed,
/// and removes the temporary name. What a crash leaves in `tmp/` is deleted at the next open.
///
/// Thread rule: any thread; calls block on the disk.
@NullMarked
package io.elanus.storage.object.local;

import org.jspecify.annotations.NullMarked;
