/// Tests of full text.
@NullMarked
package io.elanus.storage.text;

import org.jspecify.annotations.NullMarked;
