@org.jspecify.annotations.NullMarked
package io.elanus.storage.tls;
