/// Fragments out, Arrow batches back.
///
/// A fragment goes to a shard leader as one server-streaming call whose replies are Arrow batches. Between
/// processes a reply is an Arrow IPC message; inside one process the same call hands the batch over by reference,
/// because the call's marshaller recognises its own stream.
@NullMarked
package io.elanus.cluster.exchange;

import org.jspecify.annotations.NullMarked;
