/// The whole path as a client meets it: a real server, reached through the real driver.
@NullMarked
package io.elanus.sql.doors;

import org.jspecify.annotations.NullMarked;
