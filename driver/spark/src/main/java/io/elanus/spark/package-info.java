/// Spark's dialect for Elanus. Spark asks no service loader for dialects, so a job registers it once:
///
/// ```java
/// JdbcDialects.registerDialect(new ElanusDialect());
/// ```
///
/// Without it Spark reads and writes tables of plain columns, and refuses a whole table for one column whose type it
/// does not know: `ARRAY`, `UUID`, `TIMESTAMP WITH TIME ZONE`.
@NullMarked
package io.elanus.spark;

import org.jspecify.annotations.NullMarked;
