@NullMarked
package io.elanus.storage.index.scalar;

import org.jspecify.annotations.NullMarked;
