/// The proxy role below SQL: catalog cache, timestamps, writes, locked changes, and reads at a guarantee timestamp.
///
/// A write takes its path here: rows → shards by key hash → segment space → timestamp → one log message per
/// vchannel → acknowledged. The proxy answers for its writes only while its lease is certainly valid. When an
/// append fails, or outlives the lease, nobody can say whether its message counts. What did not look ([TableAccess]
/// `append`) is then reported as OUTCOME_UNKNOWN and never sent twice by itself: it is in the log once or not at
/// all, so it cannot replace what another client wrote after somebody saw it. Sending it again is the caller's
/// choice, and is a new write. A change is sent again under a later timestamp with the same request id: it writes
/// under locks that both attempts share, so no other change falls between.
///
/// A change (INSERT of unique keys, UPDATE, ON CONFLICT, DELETE) locks its keys at the data nodes that own their
/// vchannels, reads the rows with those keys at a fresh strong timestamp, writes, and unlocks: no other change of
/// those keys falls between. When a shard changes its owner meanwhile, the locks are void
/// ([KeyLocks.Held#protects]) and the change starts over; why that is enough, the data node's package says.
@NullMarked
package io.elanus.cluster.proxy;

import org.jspecify.annotations.NullMarked;
