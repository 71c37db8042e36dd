@NullMarked
package io.elanus.storage.object.local;

import org.jspecify.annotations.NullMarked;
