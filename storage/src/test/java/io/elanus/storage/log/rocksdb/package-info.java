@NullMarked
package io.elanus.storage.log.rocksdb;

import org.jspecify.annotations.NullMarked;
