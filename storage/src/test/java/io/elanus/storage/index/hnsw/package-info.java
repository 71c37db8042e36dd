@NullMarked
package io.elanus.storage.index.hnsw;

import org.jspecify.annotations.NullMarked;
