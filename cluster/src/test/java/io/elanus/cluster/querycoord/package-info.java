@NullMarked
package io.elanus.cluster.querycoord;

import org.jspecify.annotations.NullMarked;
