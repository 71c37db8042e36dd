/// Fragments out, Arrow batches back.
///
/// A fragment goes to a shard leader as one server-streaming gRPC call, `elanus.Exchange/Execute`, written by hand
/// because its replies are not protobuf messages: first the schema, then batches, at last the statistics. A
/// fragment with `analyze` gets them before each batch too, so that a consumer who leaves early has them. Between
/// processes each reply is one byte of kind and a body:
///
/// | kind | body |
/// |---|---|
/// | 1 | Arrow IPC schema message |
/// | 2 | Arrow IPC record batch message with its buffers |
/// | 3 | protobuf `FragmentStatistics` |
///
/// Inside one process the same call hands the reply over by reference, because the marshaller recognises its own
/// stream ([ReplyStream]); nothing is encoded then. A fragment with a short answer is not even a call there
/// ([LocalFragments]).
///
/// Ownership: a batch belongs to the producer until [BatchStream#next] returns it, then to the service, then to the
/// message in flight, then to the client's stream, then to the caller of its `next`. Each hand-over moves the
/// buffers into the new owner's allocator, so a producer may close its own as soon as its stream is closed. Who
/// holds a batch when a call is cancelled or fails frees it; [BatchMessage] makes sure that only one does.
///
/// Flow control: the consumer asks for a few batches ahead, and the producer is asked for a batch only when the
/// consumer has room. No thread waits for a slow consumer.
@NullMarked
package io.elanus.cluster.exchange;

import org.jspecify.annotations.NullMarked;
