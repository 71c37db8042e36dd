@NullMarked
package io.elanus.storage.meta;

import org.jspecify.annotations.NullMarked;
