@NullMarked
package io.elanus.storage.meta.etcd;

import org.jspecify.annotations.NullMarked;
