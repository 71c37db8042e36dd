/// Real back ends as processes, for tests: one of each kind per JVM, started when it is first asked for and ended
/// with the JVM. Each test uses names of its own in them.
@NullMarked
package io.elanus.storage.testbed;

import org.jspecify.annotations.NullMarked;
