@NullMarked
package io.elanus.cluster.rootcoord;

import org.jspecify.annotations.NullMarked;
