package io.elanus.sql.catalog;

import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.TableSchema;
import java.util.List;

/// What is known of the rows of tables when a statement is planned. Estimates: a wrong one costs time, never a
/// wrong answer.
public interface TableStatistics {
    /// Nothing is known: every table looks alike.
    TableStatistics UNKNOWN = new TableStatistics() {
        @Override
        public double rows(TableSchema table) {
            return 1_000;
        }

        @Override
        public double distinct(TableSchema table, Column column) {
            return column.id() == table.keyColumn().id() ? 1_000 : 100;
        }

        @Override
        public double share(TableSchema table, List<Column> columns, Expr filter) {
            return 0.25;
        }
    };

    double rows(TableSchema table);

    /// Different values of the column.
    double distinct(TableSchema table, Column column);

    /// The share of rows, above 0 and up to 1, for which a filter without parameters is TRUE.
    ///
    /// @param columns what the filter's inputs are
    double share(TableSchema table, List<Column> columns, Expr filter);

    /// Looks at the table anew when it is asked for next.
    default void forget(TableSchema table) {}
}
