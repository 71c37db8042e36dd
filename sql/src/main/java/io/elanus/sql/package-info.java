/// The access layer: text to plan to fragments to batches to result, and the front doors through which people reach
/// it. Follow a query: `session` → `parser` → `plan` → `exec` → a door (`avatica`, `flight`, `shell`). `server`
/// holds main, the configuration tree and the wiring.
@NullMarked
package io.elanus.sql;

import org.jspecify.annotations.NullMarked;
