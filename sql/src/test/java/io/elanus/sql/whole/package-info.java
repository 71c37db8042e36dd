/// The whole server in this process, seen through JDBC: what must hold whatever segments do behind the tables.
@NullMarked
package io.elanus.sql.whole;

import org.jspecify.annotations.NullMarked;
