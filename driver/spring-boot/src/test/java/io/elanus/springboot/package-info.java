/// The auto-configuration, against databases inside the tests.
@NullMarked
package io.elanus.springboot;

import org.jspecify.annotations.NullMarked;
