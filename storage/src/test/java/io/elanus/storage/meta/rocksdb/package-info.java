@NullMarked
package io.elanus.storage.meta.rocksdb;

import org.jspecify.annotations.NullMarked;
