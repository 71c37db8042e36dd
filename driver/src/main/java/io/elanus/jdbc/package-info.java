/// The JDBC driver: `jdbc:elanus://host:port[,host:port…]/schema?name=value&…`.
///
/// It is a thin layer over Avatica's client classes, with a protocol side ([ElanusMeta], [Transport]) and values
/// ([Values], [ValueAccessor]) of its own: nothing here loads a class that a URL or a server names. What it adds to
/// Avatica is in the headers and extra requests that the server's `sql.avatica` package documents: cancel, query
/// timeout, row limit, request ids, exact times, packed vectors, several hosts.
///
/// Thread rule: as JDBC has it. A connection may be shared, a statement belongs to one thread at a time, except
/// that `cancel` and `close` may come from any.
@NullMarked
package io.elanus.jdbc;

import org.jspecify.annotations.NullMarked;
