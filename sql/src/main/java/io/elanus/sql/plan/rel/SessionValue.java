package io.elanus.sql.plan.rel;

import io.elanus.sql.type.Types;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;

/// A value that is known only when a statement runs, and is the same throughout it. Plans hold it as a parameter
/// after those of the statement.
public enum SessionValue {
    CURRENT_TIMESTAMP(Simple.TIMESTAMP_TZ),
    LOCALTIMESTAMP(Simple.TIMESTAMP),
    CURRENT_DATE(Simple.DATE),
    CURRENT_TIME(Simple.TIME),
    CURRENT_USER(Types.TEXT),
    SESSION_USER(Types.TEXT),
    CURRENT_SCHEMA(Types.TEXT),
    CURRENT_CATALOG(Types.TEXT),
    VERSION(Types.TEXT);

    private final ColumnType type;

    SessionValue(ColumnType type) {
        this.type = type;
    }

    public ColumnType type() {
        return type;
    }
}
