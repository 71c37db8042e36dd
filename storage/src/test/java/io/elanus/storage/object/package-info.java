@NullMarked
package io.elanus.storage.object;

import org.jspecify.annotations.NullMarked;
