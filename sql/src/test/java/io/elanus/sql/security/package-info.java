@NullMarked
package io.elanus.sql.security;

import org.jspecify.annotations.NullMarked;
