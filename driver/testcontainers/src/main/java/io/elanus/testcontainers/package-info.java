/// A server in a container, for the tests of applications: [ElanusContainer] in code, or `jdbc:tc:elanus:TAG:///public`
/// as the URL of a data source.
///
/// Thread rule: that of Testcontainers, one thread for a container.
@NullMarked
package io.elanus.testcontainers;

import org.jspecify.annotations.NullMarked;
