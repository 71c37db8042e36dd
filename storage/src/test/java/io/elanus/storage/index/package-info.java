@NullMarked
package io.elanus.storage.index;

import org.jspecify.annotations.NullMarked;
