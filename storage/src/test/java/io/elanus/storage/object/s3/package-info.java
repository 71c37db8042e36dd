@NullMarked
package io.elanus.storage.object.s3;

import org.jspecify.annotations.NullMarked;
