/// Column types as Calcite sees them: our type system, the VECTOR type, and the one mapping between
/// [io.elanus.storage.type.ColumnType] and Calcite's types ([Types]).
///
/// JSON is Calcite's VARIANT (castable from and to everything); TIMESTAMP WITH TIME ZONE is its TIMESTAMP WITH
/// LOCAL TIME ZONE (an instant). Thread rule: immutable; a [ElanusTypeFactory] is free to share.
@NullMarked
package io.elanus.sql.type;

import org.jspecify.annotations.NullMarked;
