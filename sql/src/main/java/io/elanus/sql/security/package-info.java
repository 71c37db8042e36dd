/// Who may do what: roles, their privileges, and the one place that decides.
///
/// Names and rules are PostgreSQL's. [LoginRoles] is what the doors ask before they let somebody in; a session is
/// then opened for the role by its name.
///
/// Thread rule: everything here is immutable and free to share.
@NullMarked
package io.elanus.sql.security;

import org.jspecify.annotations.NullMarked;
