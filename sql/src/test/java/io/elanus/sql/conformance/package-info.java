/// Other people's SQL tests, run through our JDBC driver against a real server.
///
/// **sqllogictest**: [LogicScript] reads SQLite's scripts, record by record; [LogicSample] chooses the queries that
/// are asked, [LogicRun] executes one script, [LogicAnswer] writes what came back the way the scripts do, and
/// [Tally] counts passes, and failures by their kind. Every statement of a script runs, in order; of its queries those
/// that
/// the sample holds. Records for other products (`onlyif`) are left out, those that another product cannot run
/// (`skipif`) are not. [LogicMain] is the command `elanus test --sqllogictest`.
///
/// The scripts are in a jar that the build copies to `target/test-suites`; nothing of it is on the class path.
@NullMarked
package io.elanus.sql.conformance;

import org.jspecify.annotations.NullMarked;
