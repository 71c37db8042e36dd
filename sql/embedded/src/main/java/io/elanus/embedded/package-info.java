/// The database inside the process that uses it, behind JDBC: `jdbc:elanus:file:DIR` keeps its rows in a folder,
/// `jdbc:elanus:mem:NAME` forgets them, `jdbc:elanus:mem:` is one connection's alone. What follows a `?` are connection
/// properties, as in every URL of the driver.
///
/// The first connection to a folder starts a whole server over it, the last one that closes stops it. All connections
/// of the process share it; another process is told that the folder is in use. The server listens on a free port of the
/// loopback address, and connections reach it there. The JVM needs the flags that `README.md` names for a server.
///
/// Thread rule: any thread.
@NullMarked
package io.elanus.embedded;

import org.jspecify.annotations.NullMarked;
