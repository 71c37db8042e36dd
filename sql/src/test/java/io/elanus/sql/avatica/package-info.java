@NullMarked
package io.elanus.sql.avatica;

import org.jspecify.annotations.NullMarked;
