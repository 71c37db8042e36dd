/// Tests.
@NullMarked
package io.elanus.sql.parser;

import org.jspecify.annotations.NullMarked;
