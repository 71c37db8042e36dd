/// The nodes that our grammar adds to Calcite's syntax tree: whole statements ([Statement], carried by a
/// [StatementNode]), the VECTOR type, and the operators that are written between their operands.
///
/// Nothing here resolves a name or checks a type; that is the validator's part. Thread rule: immutable.
@NullMarked
package io.elanus.sql.parser.tree;

import org.jspecify.annotations.NullMarked;
