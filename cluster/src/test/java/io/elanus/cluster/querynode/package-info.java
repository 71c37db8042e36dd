@NullMarked
package io.elanus.cluster.querynode;

import org.jspecify.annotations.NullMarked;
