/// Tests of the embedded database.
@NullMarked
package io.elanus.embedded;

import org.jspecify.annotations.NullMarked;
