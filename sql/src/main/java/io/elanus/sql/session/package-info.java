/// Sessions: the one object behind every door. A session has settings (schema, consistency, search effort, time
/// zone), knows the timestamp of its own last write, prepares statements and runs them.
///
/// Thread rule: a session belongs to one connection; its statements run one at a time, each on the virtual thread
/// that called. [Running#cancel] and [Session#close] may be called from anywhere. Calls block until they are done
/// or their deadline has passed.
@NullMarked
package io.elanus.sql.session;

import org.jspecify.annotations.NullMarked;
