/// Sessions: the one object behind every door. A session has settings (schema, consistency, search effort, time
/// zone), knows the timestamp of its own last write, prepares statements and runs them.
///
/// Thread rule: a session belongs to one connection; its statements run one at a time, each on the virtual thread
/// that called. [Running#cancel] and [Session#close] may be called from anywhere. Calls block until they are done
/// or their deadline has passed.
///
/// [Sessions] is the entry: built once from [SessionServices], it opens a [Session] per connection. A text goes
/// through the plan cache to a [Compiled] statement; running one makes an [Execution] (memory, deadline, read
/// point, entry in `system.queries`). Changes run within [PreparedQuery#run]; a query runs as its batches are
/// pulled; COPY starts at the first [Running#next] or [Running#updateCount], so that its progress can be watched.
@NullMarked
package io.elanus.sql.session;

import org.jspecify.annotations.NullMarked;
