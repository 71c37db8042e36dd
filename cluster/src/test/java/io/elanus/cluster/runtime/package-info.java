@NullMarked
package io.elanus.cluster.runtime;

import org.jspecify.annotations.NullMarked;
