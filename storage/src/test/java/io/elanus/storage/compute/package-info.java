/// Tests of grouping, sorting and copying against plain Java collections.
@NullMarked
package io.elanus.storage.compute;

import org.jspecify.annotations.NullMarked;
