@NullMarked
package io.elanus.storage.index.flat;

import org.jspecify.annotations.NullMarked;
