/// Tests of the console: its HTTP API through a real server, and its page in a real browser.
@NullMarked
package io.elanus.sql.console;

import org.jspecify.annotations.NullMarked;
