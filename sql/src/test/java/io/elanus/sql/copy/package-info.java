/// Tests.
@NullMarked
package io.elanus.sql.copy;

import org.jspecify.annotations.NullMarked;
