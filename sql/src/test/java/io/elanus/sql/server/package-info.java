@NullMarked
package io.elanus.sql.server;

import org.jspecify.annotations.NullMarked;
