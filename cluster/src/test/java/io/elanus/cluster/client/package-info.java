@NullMarked
package io.elanus.cluster.client;

import org.jspecify.annotations.NullMarked;
