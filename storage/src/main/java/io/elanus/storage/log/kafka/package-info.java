/// The log broker on Kafka (KRaft): a pchannel is a topic of one partition, a position is an offset.
///
/// Records are appended by one idempotent producer with `acks=all`, so they are neither doubled nor reordered by its
/// retries and there are no control records: offsets rise by one with each record. Every append waits for all
/// replicas in sync; a SOFT one too. Topics keep everything (no retention by time or size): what is no longer needed
/// is deleted up to a position by [KafkaLogBroker#truncate], which is how the coordinators' rule "never past the
/// lowest checkpoint" reaches Kafka. Should somebody else delete more, a reader finds out: its consumer may not reset
/// its offset, and the read fails with `LOG_TRUNCATED`.
///
/// Topics are created with the first append or read of their pchannel, with the configured number of replicas.
/// For safety against power loss on a single replica set `flush.messages=1` on the broker; with three replicas and
/// `min.insync.replicas=2` Kafka's own durability holds.
///
/// Thread rule: any thread; nothing blocks. One thread sends, in the order of the calls, since Kafka's `send` may
/// block; each reader has a thread of its own, since Kafka's consumer must be asked.
@NullMarked
package io.elanus.storage.log.kafka;

import org.jspecify.annotations.NullMarked;
