/// The log broker: the only commit point of the system. A write exists once its message is durable here.
///
/// A pchannel is one ordered stream of records; positions rise by one with each record and start at 0. Consumers
/// pull, so a slow one is never overrun. Records are opaque bytes to the broker; [LogMessage] says what is in them
/// and [LogMessageCodec] how it is laid out (little endian):
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 4 | magic `ELOG` |
/// | 4 | 1 | version, 1 |
/// | 5 | 3 | zero |
/// | 8 | 4 | length h of the header |
/// | 12 | 4 | length p of the payload |
/// | 16 | 4 | CRC32C of all other bytes of the record |
/// | 20 | h | header: protobuf `LogHeader` |
/// | 20 + h | p | payload: Arrow IPC stream of rows, Arrow IPC stream of deleted keys |
///
/// Thread rule: every method may be called from any thread and none blocks.
@NullMarked
package io.elanus.storage.log;

import org.jspecify.annotations.NullMarked;
