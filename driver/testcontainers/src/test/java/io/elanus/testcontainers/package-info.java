/// The container without a container engine: a server of this process stands for the one in the container.
@NullMarked
package io.elanus.testcontainers;

import org.jspecify.annotations.NullMarked;
