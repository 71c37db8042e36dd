package io.elanus.sql.catalog;

import io.elanus.sql.plan.PlanColumn;
import io.elanus.sql.plan.RowSupplier;
import java.util.List;

/// A table whose rows are made when it is read.
///
/// @param schema `system` or `information_schema`
public record SystemTable(String schema, String name, List<PlanColumn> columns, RowSupplier rows, Audience audience) {
    public static final String SYSTEM = "system";
    public static final String INFORMATION_SCHEMA = "information_schema";

    public SystemTable {
        columns = List.copyOf(columns);
    }

    /// For those who look after the system.
    public SystemTable(String schema, String name, List<PlanColumn> columns, RowSupplier rows) {
        this(schema, name, columns, rows, Audience.MONITORS);
    }
}
