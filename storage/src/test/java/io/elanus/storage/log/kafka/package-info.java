@NullMarked
package io.elanus.storage.log.kafka;

import org.jspecify.annotations.NullMarked;
