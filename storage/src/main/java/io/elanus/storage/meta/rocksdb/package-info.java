/// The metadata store of the embedded database: an ordered map in memory, kept in RocksDB.
///
/// Column family `default` maps a key to `createRevision modRevision leaseId` (8 bytes each, big endian) and the
/// value; column family `state` maps `revision` to the store's revision. Metadata is small (file lists live in
/// manifests), so all of it is held in memory and reads never touch the disk.
///
/// Transactions queue up for one writer thread, which evaluates what has gathered in order, writes the outcome as
/// one synced batch, and only then publishes it: nobody sees what is not durable. Watches get the changes of each
/// revision on one notifier thread; the changes of the last [MetaHistory#CAPACITY] revisions since the store was
/// opened are kept for watches that start in the past.
///
/// Leases live in memory only. The store runs inside the one process that uses it, so whoever held a lease before a
/// restart is gone: opening the store deletes leased keys.
@NullMarked
package io.elanus.storage.meta.rocksdb;

import org.jspecify.annotations.NullMarked;
