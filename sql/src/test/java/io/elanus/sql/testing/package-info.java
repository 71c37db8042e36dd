/// Fixtures: tables in memory behind the proxy's interface, and scripts of SQL with what they must answer.
@NullMarked
package io.elanus.sql.testing;

import org.jspecify.annotations.NullMarked;
