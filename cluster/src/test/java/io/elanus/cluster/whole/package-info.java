/// All roles together: from a write through flush, handoff and restart to what a read sees.
@NullMarked
package io.elanus.cluster.whole;

import org.jspecify.annotations.NullMarked;
