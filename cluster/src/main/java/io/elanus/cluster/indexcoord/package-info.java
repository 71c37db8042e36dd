/// The index coordinator: which segments get which index, who builds it, and where the files are.
///
/// An index definition becomes one task for each flushed segment of its table. [TaskMachine] lists a task's states;
/// [IndexCoord] is the role: it creates tasks (after CREATE INDEX, when told of new segments, and in a sweep),
/// gives them to the least loaded index node, and learns their outcome from the metadata store, where the node
/// writes it. A dropped index is gone for its users at once; files, tasks and finally its own key are deleted in
/// the background.
///
/// A query node that cannot use a file reports it until it is answered: the task goes back to where it waits for a
/// node, without the file, which is deleted. A report of an earlier file changes nothing, so repeats do no harm.
/// Builds that fail by themselves are tried again after growing pauses ([RetryPauses]) and given up, with the
/// reason, after so many tries; so is an index whose files are damaged again and again.
///
/// Keys in the metadata store: `/index/indexes/<id>` IndexInfo, `/index/tasks/<build id>` IndexTask. The
/// coordinator writes a task under the fence of its term and the task's revision; an index node writes one only
/// while the task is in progress at the version it was given. Files: `index_files/<build>/<version>/<segment>`.
///
/// Invariants: a task is stored before it is sent; each assignment has a higher version, and nothing a node does
/// for a lower one has an effect; a file that is listed exists.
///
/// Thread rule: everything lives on the role's event loop; [TaskMachine] is pure.
@NullMarked
package io.elanus.cluster.indexcoord;

import org.jspecify.annotations.NullMarked;
