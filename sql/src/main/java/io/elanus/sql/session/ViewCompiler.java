package io.elanus.sql.session;

import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.catalog.ViewRequests;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.ParsedStatement;
import io.elanus.sql.parser.ParsedStatement.SearchMode;
import io.elanus.sql.parser.SqlText;
import io.elanus.sql.parser.StatementParser;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.sql.plan.rel.PlannedQuery;
import io.elanus.sql.plan.rel.QueryPlanner;
import io.elanus.sql.plan.rel.ViewText;
import io.elanus.sql.session.PreparedQuery.ResultColumn;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.Column;
import java.util.ArrayList;
import java.util.Optional;
import org.apache.calcite.sql.SqlKind;

/// CREATE VIEW: plans the query to see that it can be run and what it answers.
final class ViewCompiler {
    private final SchemaView view;
    private final String schema;

    ViewCompiler(SchemaView view, String schema) {
        this.view = view;
        this.schema = schema;
    }

    Compiled compile(Statement.CreateView create, ParsedStatement parsed) {
        ParsedStatement query = query(parsed.text(), SqlText.offset(parsed.text(), create.as()) + 1);
        PlannedQuery planned = QueryPlanner.plan(query, view, schema, false);
        var columns = new ArrayList<Column>();
        for (ResultColumn column : planned.columns()) {
            columns.add(new Column(
                    columns.size() + 1,
                    column.name(),
                    column.type(),
                    column.nullable(),
                    Optional.empty(),
                    false,
                    false));
        }
        // Validation changes the tree.
        ViewText text = ViewText.of(query(query.text(), 0), view, schema);
        return new Compiled.Ddl(
                new ViewRequests(view, schema, parsed.text()).of(create, columns, text.query(), text.references()));
    }

    /// The query alone, where it stands in the statement, so that positions of errors are those of the statement.
    private static ParsedStatement query(String statement, int from) {
        var blanks = new StringBuilder(statement);
        for (int i = 0; i < from; i++) {
            if (blanks.charAt(i) != '\n' && blanks.charAt(i) != '\r') {
                blanks.setCharAt(i, ' ');
            }
        }
        ParsedStatement parsed = StatementParser.parse(blanks.toString());
        if (parsed.statement().isPresent() || !parsed.node().isA(SqlKind.QUERY)) {
            throw new QueryException(ErrorCode.SYNTAX_ERROR, "CREATE VIEW takes a query.");
        }
        if (parsed.parameters() > 0) {
            throw new QueryException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "A view takes no parameters.",
                    "Filter what is read from the view, or write the values into its query.");
        }
        if (!parsed.search().equals(SearchMode.DEFAULT)) {
            throw new QueryException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "A view cannot say how it is searched.",
                    "Write LIMIT in the view, and FETCH EXACT or APPROX where it is read.");
        }
        return parsed;
    }
}
