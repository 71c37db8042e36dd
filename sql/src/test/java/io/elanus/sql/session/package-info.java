/// Tests.
@NullMarked
package io.elanus.sql.session;

import org.jspecify.annotations.NullMarked;
