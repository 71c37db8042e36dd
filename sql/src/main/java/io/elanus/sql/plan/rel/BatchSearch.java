package io.elanus.sql.plan.rel;

import static io.elanus.sql.plan.rel.SearchCall.copy;
import static io.elanus.sql.plan.rel.SearchCall.quoted;

import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.parser.StatementParser;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlSnapshot;
import org.apache.calcite.sql.util.SqlShuttle;
import org.jspecify.annotations.Nullable;

/// Writes `VECTOR_SEARCH(TABLE t, column, queries, name => value, …)` out as the query that it stands for: a LATERAL
/// search of the table for each of the query vectors, which the shards run many at once. The queries are a table
/// or a query with the column of theirs behind it, or an array of vectors as text.
final class BatchSearch {
    private static final List<String> NAMES = List.of("top_k", "metric", "filter");
    private static final long TOP_K = 10;

    private final SearchCall search;
    private final Column column;
    private final SqlNode queries;
    private final @Nullable SqlNode queryColumn;

    private BatchSearch(SearchCall search) {
        this.search = search;
        SqlCall call = search.call();
        this.column = search.column(call.operand(1), search.table());
        this.queries = call.operand(2);
        SqlNode named = null;
        for (int i = 3; i < call.operandCount(); i++) {
            if (call.operand(i) instanceof SqlIdentifier name) {
                named = name;
            } else {
                search.option(call.operand(i));
            }
        }
        this.queryColumn = named;
        if (!(column.type() instanceof ColumnType.Vector)) {
            throw search.wrong(
                    call.operand(1),
                    "Column [%s] is [%s]."
                            .formatted(column.name(), column.type().sql()),
                    "VECTOR_SEARCH takes a VECTOR column.");
        }
    }

    static SqlNode of(SqlCall call, String sql, SchemaView view, String defaultSchema) {
        return new BatchSearch(new SearchCall(call, sql, view, defaultSchema, NAMES)).query();
    }

    private SqlNode query() {
        SqlNode parsed = StatementParser.parse(text()).node().accept(new SqlShuttle() {
            @Override
            public @Nullable SqlNode visit(SqlIdentifier id) {
                return switch (id.isSimple() ? id.getSimple() : "") {
                    case "$table" -> copy(search.call().operand(0));
                    case "$queries" -> copy(queries);
                    case "$filter" -> {
                        SqlNode filter = search.option("filter");
                        yield filter == null ? id : copy(filter);
                    }
                    default -> id;
                };
            }
        });
        if (parsed == null) {
            throw new IllegalStateException("The shuttle lost a node");
        }
        return parsed;
    }

    private String text() {
        String distance = search.distance(column) + "(t." + quoted(column.name()) + ", q." + vectorName() + ")";
        String filter = search.option("filter") == null ? "" : " AND (\"$filter\")";
        String hits =
                "SELECT " + search.columns("t") + ", " + distance + " AS \"$distance\" FROM \"$table\" AS t WHERE t."
                        + quoted(column.name()) + " IS NOT NULL" + filter + " ORDER BY " + distance + " LIMIT "
                        + search.number("top_k", TOP_K);
        return "SELECT q.\"$number\" AS " + free("query") + queryColumns() + ", " + search.columns("h")
                + ", h.\"$distance\" AS " + free("distance")
                + ", RANK() OVER (PARTITION BY q.\"$number\" ORDER BY h.\"$distance\") AS " + free("rank")
                + " FROM (" + vectors() + ") AS q, LATERAL (" + hits + ") AS h";
    }

    /// The query vectors with their numbers, from 1.
    private String vectors() {
        SqlNode named = queryColumn;
        if (queries.isA(SqlKind.QUERY)) {
            if (named == null) {
                throw unnamed();
            }
            return "SELECT ROW_NUMBER() OVER () AS \"$number\", s.* FROM \"$queries\" AS s";
        }
        if (table()) {
            if (named == null) {
                throw unnamed();
            }
            TableSchema of = search.table(queries);
            search.column(named, of);
            String order = of.keyColumn().hidden()
                    ? ""
                    : "ORDER BY " + quoted(of.keyColumn().name());
            return "SELECT ROW_NUMBER() OVER (" + order + ") AS \"$number\", s.* FROM \"$queries\" AS s";
        }
        if (named != null) {
            throw search.wrong(named, "An array of vectors has no columns.", "Leave the name of the column out.");
        }
        String array = queries instanceof SqlDynamicParam ? "CAST(\"$queries\" AS VARCHAR ARRAY)" : "\"$queries\"";
        return "SELECT u.n AS \"$number\", CAST(u.v AS " + column.type().sql() + ") AS \"$vector\" FROM UNNEST(" + array
                + ") WITH ORDINALITY AS u (v, n)";
    }

    private RuntimeException unnamed() {
        return search.wrong(
                queries,
                "VECTOR_SEARCH does not know which column of the queries has the vectors.",
                "Write its name behind them: VECTOR_SEARCH(TABLE t, column, TABLE queries, column).");
    }

    private boolean table() {
        return queries instanceof SqlIdentifier || queries instanceof SqlSnapshot;
    }

    private String vectorName() {
        return queryColumn instanceof SqlIdentifier name ? quoted(name.names.getLast()) : "\"$vector\"";
    }

    /// What comes out of the rows of the queries: of a table each column but the vector, with `query_` before its
    /// name; of a query, whose columns are not known yet, all.
    private String queryColumns() {
        if (!table()) {
            return queries.isA(SqlKind.QUERY) ? ", q.*" : "";
        }
        var columns = new ArrayList<String>();
        for (Column each : search.table(queries).columns()) {
            if (!each.hidden() && !quoted(each.name()).equals(vectorName())) {
                columns.add(", q." + quoted(each.name()) + " AS " + free("query_" + each.name()));
            }
        }
        return String.join("", columns);
    }

    /// The name, unless a column of the table has it.
    private String free(String name) {
        return quoted(search.table().findColumn(name).isPresent() ? "search_" + name : name);
    }
}
