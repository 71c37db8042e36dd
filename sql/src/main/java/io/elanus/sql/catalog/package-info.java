/// What names mean: the schemas and tables of one catalog version, `information_schema`, the `system` tables, and
/// the functions and operators.
///
/// [SchemaView] turns one [io.elanus.cluster.proxy.Catalog] into what Calcite's validator reads; it is built once
/// per catalog version and shared. Names are matched exactly, because the parser has folded them.
///
/// What a table has beside its columns is kept among its options, where older versions pass it on: how long rows live
/// ([TimeToLiveOptions]), and its CHECK constraints ([CheckConstraints]).
///
/// Thread rule: immutable, free to share.
@NullMarked
package io.elanus.sql.catalog;

import org.jspecify.annotations.NullMarked;
