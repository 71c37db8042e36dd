/// Tests of running plans, against plain Java models.
@NullMarked
package io.elanus.sql.exec;

import org.jspecify.annotations.NullMarked;
