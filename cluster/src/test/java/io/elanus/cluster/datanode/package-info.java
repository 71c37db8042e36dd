/// Tests of the data node.
@NullMarked
package io.elanus.cluster.datanode;

import org.jspecify.annotations.NullMarked;
