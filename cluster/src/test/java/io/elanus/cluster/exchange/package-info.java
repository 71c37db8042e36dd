@NullMarked
package io.elanus.cluster.exchange;

import org.jspecify.annotations.NullMarked;
