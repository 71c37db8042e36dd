@NullMarked
package io.elanus.storage;

import org.jspecify.annotations.NullMarked;
