@NullMarked
package io.elanus.storage.log;

import org.jspecify.annotations.NullMarked;
