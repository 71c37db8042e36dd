package io.elanus.sql.parser;

import io.elanus.sql.parser.tree.Statement;
import java.util.Optional;
import org.apache.calcite.sql.SqlNode;

/// A parsed statement: one of ours, or a query, UPDATE or DELETE in Calcite's form.
///
/// @param text as sent, without closing semicolons; positions refer to it
/// @param parameters number of `?`
/// @param search how `FETCH EXACT` or `FETCH APPROX` wants the search done
public record ParsedStatement(String text, SqlNode node, int parameters, SearchMode search) {
    /// @param exact no index may be used
    /// @param approximate many rows may come approximately nearest first
    /// @param targetAccuracy percent; 0: not given
    public record SearchMode(boolean exact, boolean approximate, int targetAccuracy) {
        public static final SearchMode DEFAULT = new SearchMode(false, false, 0);
    }

    public Optional<Statement> statement() {
        return node instanceof io.elanus.sql.parser.tree.StatementNode ours
                ? Optional.of(ours.statement())
                : Optional.empty();
    }
}
