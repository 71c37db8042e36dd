/// The command line `./elanus sql`: statements over JDBC, commands in the manner of psql (`\d`), and results that
/// fit the terminal, or as CSV or JSON for other programs.
///
/// [SqlCommand] reads the options, [Shell] the input, and each statement goes to a [Runner], which prints its
/// result with a [ResultPrinter]. Without a terminal the shell reads its input to the end, prints no prompt, and
/// ends with the status 1 when a statement failed.
///
/// Thread rule: one thread; the progress of a statement is drawn by a virtual thread while that one waits.
@NullMarked
package io.elanus.sql.shell;

import org.jspecify.annotations.NullMarked;
