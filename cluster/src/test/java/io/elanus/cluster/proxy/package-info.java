@NullMarked
package io.elanus.cluster.proxy;

import org.jspecify.annotations.NullMarked;
