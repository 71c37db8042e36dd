/// Tests of the index coordinator and the index node.
@NullMarked
package io.elanus.cluster.indexcoord;

import org.jspecify.annotations.NullMarked;
