@NullMarked
package io.elanus.jdbc;

import org.jspecify.annotations.NullMarked;
