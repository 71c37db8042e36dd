@NullMarked
package io.elanus.storage.index.diskann;

import org.jspecify.annotations.NullMarked;
