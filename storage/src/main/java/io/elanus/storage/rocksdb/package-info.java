/// What both embedded stores (log and metadata) share of RocksDB: how its failures become errors of ours.
@NullMarked
package io.elanus.storage.rocksdb;

import org.jspecify.annotations.NullMarked;
