/// Consumption of vchannels: what a data node and a query node read from the log, in the order of time.
///
/// Vchannels of several tables share a pchannel. A node has one [ChannelHub]; it opens one [ChannelConsumer] per
/// vchannel it watches, and consumers that stand at the same position of a pchannel share one reader of it. A
/// consumer keeps the messages of its vchannel (and those meant for all of them) and holds each back until a time
/// tick at or above its timestamp arrives; then it hands everything up to the tick, in timestamp order, to the
/// [ChannelHandler].
///
/// Invariants:
/// - A handler sees each message once, in rising order of timestamps, and never one at or below a tick it saw
///   before.
/// - A message that stands behind a tick at or above its own timestamp was never acknowledged to anyone: it is
///   dropped, counted and reported. Every consumer of the log drops the same ones.
/// - A consumer that starts at [ChannelSpan#resumePosition] with the span's tick misses nothing and repeats
///   nothing. It skips the messages at or below that tick that stand behind the position.
/// - One span is with the handler at a time; what arrives meanwhile is merged into the next, and a consumer whose
///   backlog exceeds its limit leaves the shared reader and reads on by itself when the backlog has gone.
///
/// Only messages that wait for their tick are held without a limit; they are what the proxies wrote within one tick
/// interval.
///
/// Thread rule: everything runs on the node's event loop; nothing blocks.
@NullMarked
package io.elanus.cluster.channel;

import org.jspecify.annotations.NullMarked;
