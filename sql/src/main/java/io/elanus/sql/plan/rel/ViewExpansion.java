package io.elanus.sql.plan.rel;

import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.ParsedStatement;
import io.elanus.sql.parser.StatementParser;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.TableName;
import java.util.HashMap;
import java.util.List;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelOptTable.ViewExpander;
import org.apache.calcite.rel.RelRoot;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql2rel.SqlToRelConverter;
import org.jspecify.annotations.Nullable;

/// Puts the query of a view in its place, where the rules that follow treat it as if it had been written there.
final class ViewExpansion implements ViewExpander {
    private static final int MAX_DEPTH = 50;

    private final SchemaView view;
    private final Rights rights;
    private final RelOptCluster cluster;
    private final SqlToRelConverter.Config conversion;
    private final QueryConverter.Budget budget;
    private int depth;

    ViewExpansion(
            SchemaView view,
            Rights rights,
            RelOptCluster cluster,
            SqlToRelConverter.Config conversion,
            QueryConverter.Budget budget) {
        this.view = view;
        this.rights = rights;
        this.cluster = cluster;
        this.conversion = conversion;
        this.budget = budget;
    }

    @Override
    public RelRoot expandView(
            RelDataType rowType, String query, List<String> schemaPath, @Nullable List<String> viewPath) {
        String name = viewPath == null ? "" : String.join(".", viewPath);
        if (++depth > MAX_DEPTH) {
            throw new QueryException(
                    ErrorCode.STATEMENT_TOO_COMPLEX,
                    "View [%s] reads views more than [%d] deep.".formatted(name, MAX_DEPTH));
        }
        try {
            ParsedStatement parsed = StatementParser.parse(query);
            var reader = view.reader(schemaPath.getFirst(), false);
            var validator = new QueryValidator(reader, view.types());
            SqlNode validated = validator.validate(Hints.take(parsed, new HashMap<>()));
            var converter = new QueryConverter(this, validator, reader, cluster, conversion, budget);
            RelRoot root = converter.convertQuery(validated, false, true);
            return root.withRel(rights.ofView(root.rel, owner(viewPath)));
        } catch (CalciteContextException e) {
            throw new QueryException(
                    ErrorCode.INTERNAL,
                    "View [%s] cannot be read any more: %s".formatted(name, e.getMessage()),
                    0,
                    "CREATE OR REPLACE it with a query that can.",
                    e);
        } finally {
            depth--;
        }
    }

    private String owner(@Nullable List<String> path) {
        if (path == null) {
            throw new IllegalStateException("A view without a name");
        }
        var name = new TableName(path.get(path.size() - 2), path.getLast());
        long id = view.catalog().findView(name).orElseThrow().getViewId();
        return view.catalog().access().relation(id).getOwner();
    }
}
