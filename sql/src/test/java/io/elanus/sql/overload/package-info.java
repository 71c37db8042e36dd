/// More than a server can do, all at once: [WorstQueries] asks a server in a process of its own for what takes the most
/// memory and time, from many connections at the same moment. Each statement must end with rows or with an error of
/// its own, the server must answer others meanwhile and serve on afterwards, with nothing held. [OverloadMain] is the
/// command `elanus test --overload`.
@NullMarked
package io.elanus.sql.overload;

import org.jspecify.annotations.NullMarked;
