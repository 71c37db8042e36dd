/// The proxy role below SQL: catalog cache, timestamps, writes, locked changes, and reads at a guarantee timestamp.
///
/// A write takes its path here: rows → shards by key hash → segment space → timestamp → one log message per
/// vchannel → acknowledged. The proxy answers for its writes only while its lease is certainly valid; an append
/// that outlives it is sent again under a later timestamp with the same request id, or reported as OUTCOME_UNKNOWN.
/// A blind upsert that was sent twice is there at both timestamps, with the same values. Its acknowledgement is for
/// the later one, and no key is ever there twice; but between the two somebody may see it, and a write of another
/// client that falls between is replaced. A change never does that: it writes under locks that both attempts share.
///
/// A change (INSERT of unique keys, UPDATE, ON CONFLICT, DELETE) locks its keys at the data nodes that own their
/// vchannels, reads the rows with those keys at a fresh strong timestamp, writes, and unlocks: no other change of
/// those keys falls between. When a shard changes its owner meanwhile, the locks are void
/// ([KeyLocks.Held#protects]) and the change starts over; why that is enough, the data node's package says.
@NullMarked
package io.elanus.cluster.proxy;

import org.jspecify.annotations.NullMarked;
