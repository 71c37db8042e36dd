/// What is in memory and on disk. Start with `type`, then follow a row: `log` → `segment` → `index`; `meta` and
/// `object` are the stores below, `visibility` the one rule that says which row a read sees, `filter` the
/// expressions a node evaluates.
@NullMarked
package io.elanus.storage;

import org.jspecify.annotations.NullMarked;
