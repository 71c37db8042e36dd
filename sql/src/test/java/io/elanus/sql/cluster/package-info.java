/// Clusters of real processes, for tests that do them harm.
@NullMarked
package io.elanus.sql.cluster;

import org.jspecify.annotations.NullMarked;
