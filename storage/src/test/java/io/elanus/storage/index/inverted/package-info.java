/// Tests of inverted files.
@NullMarked
package io.elanus.storage.index.inverted;

import org.jspecify.annotations.NullMarked;
