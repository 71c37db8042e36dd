/// Tests of the Flight door, through a real server and the clients that others made.
@NullMarked
package io.elanus.sql.flight;

import org.jspecify.annotations.NullMarked;
