/// From text to syntax tree. [SqlText] looks at the characters first (length, nesting, NUL, positions), then
/// [StatementParser] runs the generated grammar and tidies its tree, and turns every syntax error into a
/// [io.elanus.sql.error.QueryException] with position and hint.
///
/// Unquoted identifiers fold to lower case; quoted ones stay as written. Thread rule: free to share.
@NullMarked
package io.elanus.sql.parser;

import org.jspecify.annotations.NullMarked;
