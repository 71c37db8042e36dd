/// The index node: builds indexes of single segments. A job comes in, a file goes out, nothing is kept.
///
/// [IndexNode] accepts builds while it has slots. A build maps the segment's files, runs on the compute workers
/// with progress and cancellation, writes the file, and then writes the outcome into the task in the metadata
/// store, on the condition that the task is still in progress at the version this node was given. A file whose
/// outcome is refused is deleted again. Running out of memory or a failing store asks for another try (RETRY); an
/// input that can never work fails the task for good.
///
/// Thread rule: the table of builds lives on the role's loop.
@NullMarked
package io.elanus.cluster.indexnode;

import org.jspecify.annotations.NullMarked;
