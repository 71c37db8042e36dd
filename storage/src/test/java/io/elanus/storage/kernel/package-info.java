@NullMarked
package io.elanus.storage.kernel;

import org.jspecify.annotations.NullMarked;
