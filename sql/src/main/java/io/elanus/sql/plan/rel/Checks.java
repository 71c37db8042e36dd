package io.elanus.sql.plan.rel;

import io.elanus.cluster.proxy.Catalog;
import io.elanus.sql.catalog.CheckConstraints;
import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.catalog.TableStatistics;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.security.RowGuard;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The CHECK constraints of a table as expressions over its rows.
public final class Checks {
    private static final String WHOSE = "A CHECK constraint";

    private final SchemaView view;
    private final Parameters parameters;

    Checks(SchemaView view, Parameters parameters) {
        this.view = view;
        this.parameters = parameters;
    }

    List<RowGuard.Check> of(TableSchema table) {
        var checks = new ArrayList<RowGuard.Check>();
        CheckConstraints.of(table)
                .forEach((name, condition) -> checks.add(
                        new RowGuard.Check(name, new Rights(view, parameters).condition(table, condition, WHOSE))));
        return checks;
    }

    /// Refuses constraints that mean nothing over the table's rows, or not always the same. The catalog need not
    /// have the table as it is here.
    public static void verify(TableSchema table, SchemaView view) {
        Catalog known = view.catalog();
        var only = new Catalog(
                known.version(),
                Set.of(table.name().schema()),
                Map.of(table.name(), table),
                List.of(),
                List.of(),
                known.access());
        var parameters = new Parameters(0);
        var rights = new Rights(new SchemaView(only, List.of(), TableStatistics.UNKNOWN), parameters);
        CheckConstraints.of(table).forEach((name, condition) -> {
            try {
                boolean varies = rights.condition(table, condition, WHOSE).varies();
                if (varies || !parameters.sessionValues().isEmpty()) {
                    throw new QueryException(
                            ErrorCode.FEATURE_NOT_SUPPORTED,
                            WHOSE + " looks at the row alone, not at the time, the user or chance.",
                            "Compare columns with one another, or with constants.");
                }
                ColumnType type = rights.type(table, condition);
                if (type != Simple.BOOLEAN) {
                    throw new QueryException(
                            ErrorCode.DATATYPE_MISMATCH,
                            WHOSE + " is BOOLEAN, given is [%s].".formatted(type.sql()),
                            "Compare the value with what it must be.");
                }
            } catch (QueryException e) {
                // A position would be one in the condition.
                String message = "Constraint [%s]: %s".formatted(name, e.getMessage());
                throw new QueryException(e.code(), message, 0, e.hint().orElse(null), e);
            }
        });
    }
}
