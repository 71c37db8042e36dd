/// What both embedded stores (log and metadata) share of RocksDB: how its failures become errors of ours,
/// and how an orderly end is told from a damaged file ([CleanEnd]).
@NullMarked
package io.elanus.storage.rocksdb;

import org.jspecify.annotations.NullMarked;
