/// Tests of memory.
@NullMarked
package io.elanus.storage.memory;

import org.jspecify.annotations.NullMarked;
