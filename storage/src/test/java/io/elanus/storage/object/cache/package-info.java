@NullMarked
package io.elanus.storage.object.cache;

import org.jspecify.annotations.NullMarked;
