/// Who did what: logins, changes of the schema and of rights, and statements that were refused for want of rights.
///
/// [AuditLog] is what the doors and sessions tell; [AuditFile] writes it as lines of JSON, one event a line, each
/// on disk (not synchronised) before the client has its answer. Statement text passes through [Redaction] first,
/// the one place that takes passwords out of it; `system.queries` and error messages use it as well.
@NullMarked
package io.elanus.sql.audit;

import org.jspecify.annotations.NullMarked;
