@NullMarked
package io.elanus.storage.index.interim;

import org.jspecify.annotations.NullMarked;
