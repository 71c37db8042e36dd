package io.elanus.storage.type;

import io.elanus.proto.grpc.Literal;
import java.util.Optional;

/// A column of a table.
///
/// @param id         never used again within the table; survives a rename
/// @param name       unique within the table, as folded by the parser
/// @param nullable   false for the key
/// @param defaultValue stands in when an INSERT leaves the column out
/// @param generated  the key, filled in by the proxy when an INSERT leaves it out
/// @param hidden     the generated key of a table declared without one; not in `SELECT *`
public record Column(
        int id,
        String name,
        ColumnType type,
        boolean nullable,
        Optional<Literal> defaultValue,
        boolean generated,
        boolean hidden) {

    public static Column of(int id, String name, ColumnType type) {
        return new Column(id, name, type, true, Optional.empty(), false, false);
    }

    public static Column key(int id, String name, ColumnType type) {
        return new Column(id, name, type, false, Optional.empty(), false, false);
    }
}
