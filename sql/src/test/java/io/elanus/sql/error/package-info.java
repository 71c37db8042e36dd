/// Tests.
@NullMarked
package io.elanus.sql.error;

import org.jspecify.annotations.NullMarked;
