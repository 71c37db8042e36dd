/// Who there is, who owns what, and what was granted: [Access] is the state, [AccessRules] how DDL changes it. What
/// it means for a statement is decided where statements are understood, in SQL.
///
/// Roles are known by their names, which do not change; tables and views by their ids, schemas by their names. A
/// relation or schema without an entry belongs to the first superuser, and nothing of it was granted; only the
/// schema `public` may be used by all until that is revoked.
///
/// Thread rule: everything is immutable and pure.
@NullMarked
package io.elanus.cluster.access;

import org.jspecify.annotations.NullMarked;
