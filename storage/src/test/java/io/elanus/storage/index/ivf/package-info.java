@NullMarked
package io.elanus.storage.index.ivf;

import org.jspecify.annotations.NullMarked;
