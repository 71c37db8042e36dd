package io.elanus.cluster.querynode;

import io.elanus.storage.type.Column;
import io.elanus.storage.type.TableSchema;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The versions of a table that a leader has met: the newest, and every column of any of them, since a fragment may
/// have been planned before a column was dropped. Immutable.
record TableSchemas(TableSchema newest, Map<Integer, Column> columns) {
    TableSchemas {
        columns = Map.copyOf(columns);
    }

    static TableSchemas of(TableSchema first) {
        return new TableSchemas(first, Map.of()).with(first);
    }

    /// An older version adds only columns that are gone.
    TableSchemas with(TableSchema other) {
        boolean newer = other.version() >= newest.version();
        Map<Integer, Column> all = new HashMap<>(columns);
        other.columns().forEach(column -> {
            if (newer) {
                all.put(column.id(), column);
            } else {
                all.putIfAbsent(column.id(), column);
            }
        });
        return new TableSchemas(newer ? other : newest, all);
    }

    Optional<Column> find(int columnId) {
        return Optional.ofNullable(columns.get(columnId));
    }
}
