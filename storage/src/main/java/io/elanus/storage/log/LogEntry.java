package io.elanus.storage.log;

/// One record and where it stands. The array is shared: do not write to it.
@SuppressWarnings("ArrayRecordComponent")
public record LogEntry(long position, byte[] record) {}
