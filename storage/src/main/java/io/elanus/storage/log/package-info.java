/// The log broker: the only commit point of the system. A write exists once its message is durable here.
///
/// A pchannel is one ordered stream of records; positions rise by one with each record and start at 0. Consumers
/// pull, so a slow one is never overrun. Records are opaque bytes to the broker; [LogMessage] and [LogMessageCodec]
/// define them.
///
/// Thread rule: every method may be called from any thread and none blocks.
@NullMarked
package io.elanus.storage.log;

import org.jspecify.annotations.NullMarked;
