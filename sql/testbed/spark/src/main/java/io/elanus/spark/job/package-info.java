/// A Spark job that reads and writes a table over JDBC.
@NullMarked
package io.elanus.spark.job;

import org.jspecify.annotations.NullMarked;
