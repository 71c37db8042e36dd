@org.jspecify.annotations.NullMarked
package io.elanus.sql.tls;
