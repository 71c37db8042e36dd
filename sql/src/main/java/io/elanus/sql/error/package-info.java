/// Errors as people see them: SQLSTATE, a sentence, the position in the statement, a hint.
@NullMarked
package io.elanus.sql.error;

import org.jspecify.annotations.NullMarked;
