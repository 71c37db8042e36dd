/// Tests of the data coordinator.
@NullMarked
package io.elanus.cluster.datacoord;

import org.jspecify.annotations.NullMarked;
