/// Tests of expressions: against a row-at-a-time oracle, and by example.
@NullMarked
package io.elanus.storage.filter;

import org.jspecify.annotations.NullMarked;
