/// The shell: how it reads, completes and prints, and what its user sees over a real server.
@NullMarked
package io.elanus.sql.shell;

import org.jspecify.annotations.NullMarked;
