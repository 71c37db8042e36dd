package io.elanus.storage.log;

/// What an append must have reached before it completes.
public enum Durability {
    /// On stable storage (fsync, or acknowledged by all in-sync replicas).
    DURABLE,
    /// In order; may be lost in a crash together with everything after it. Time ticks are such records.
    SOFT
}
