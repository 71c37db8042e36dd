package io.elanus.sql.plan.rel;

import static io.elanus.sql.plan.rel.SearchCall.copy;
import static io.elanus.sql.plan.rel.SearchCall.quoted;

import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.StatementParser;
import io.elanus.sql.parser.tree.SyntaxOperators;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.TableSchema;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.util.SqlShuttle;
import org.jspecify.annotations.Nullable;

/// Writes `HYBRID_SEARCH(TABLE t, VECTOR => (column, query), TEXT => (column, query), …)` out as the query that it
/// stands for: every part lists its best rows with their ranks, the lists are joined by key and their ranks (or
/// scores, between 0 and 1 within each list) become one score, the best rows of the table come out with it.
///
/// Nothing below knows of it: parts are searches like any other, with filters, time travel and indexes. One call at
/// a time.
final class HybridSearch {
    private static final List<String> NAMES =
            List.of("vector", "text", "fusion", "k", "limit", "candidates", "filter", "weights", "metric");
    private static final long LIMIT = 10;
    private static final long K = 60;
    private static final long CANDIDATES = 100;

    /// A list of rows, best first.
    private record Part(boolean vector, Column column, SqlNode query) {}

    private final SearchCall search;
    private final SqlCall call;
    private final TableSchema table;
    private final List<Part> parts = new ArrayList<>();

    private HybridSearch(SqlCall call, String sql, SchemaView view, String defaultSchema) {
        this.search = new SearchCall(call, sql, view, defaultSchema, NAMES);
        this.call = call;
        this.table = search.table();
    }

    static SqlNode rewrite(SqlNode query, String sql, SchemaView view, String defaultSchema) {
        SqlNode rewritten = query.accept(new SqlShuttle() {
            @Override
            public @Nullable SqlNode visit(SqlCall call) {
                if (call.getOperator() == SyntaxOperators.VECTOR_SEARCH) {
                    return super.visit((SqlCall) BatchSearch.of(call, sql, view, defaultSchema));
                }
                return call.getOperator() == SyntaxOperators.HYBRID_SEARCH
                        ? new HybridSearch(call, sql, view, defaultSchema).query()
                        : super.visit(call);
            }
        });
        return rewritten == null ? query : rewritten;
    }

    private SqlNode query() {
        for (int i = 1; i < call.operandCount(); i++) {
            argument(call.operand(i));
        }
        if (parts.isEmpty()) {
            throw wrong(
                    call,
                    "HYBRID_SEARCH searches by nothing.",
                    "Give VECTOR => (column, query) or TEXT => (column, query).");
        }
        if (table.keyColumn().hidden()) {
            throw wrong(
                    call,
                    "HYBRID_SEARCH joins its lists by key, and table [%s] has none.".formatted(table.name()),
                    "Declare a PRIMARY KEY.");
        }
        return StatementParser.parse(text()).node().accept(new SqlShuttle() {
            @Override
            public @Nullable SqlNode visit(SqlIdentifier id) {
                String name = id.isSimple() ? id.getSimple() : "";
                if (name.equals("$table")) {
                    return copy(call.operand(0));
                }
                if (name.equals("$filter")) {
                    SqlNode filter = search.option("filter");
                    return filter == null ? id : copy(filter);
                }
                return name.startsWith("$query")
                        ? copy(parts.get(Integer.parseInt(name.substring(6))).query())
                        : id;
            }
        });
    }

    private void argument(SqlNode operand) {
        SqlCall assignment = (SqlCall) operand;
        String name = search.name(assignment);
        if (name.equals("vector") || name.equals("text")) {
            parts.add(part(name.equals("vector"), assignment.operand(0)));
        } else {
            search.option(assignment);
        }
    }

    private Part part(boolean vector, SqlNode value) {
        List<SqlNode> pair = items(value);
        if (pair.size() != 2 || !(pair.getFirst() instanceof SqlIdentifier name) || !name.isSimple()) {
            throw wrong(value, "A part of HYBRID_SEARCH is a column and a query.", "Write (column, query).");
        }
        Column column = search.column(name, table);
        boolean fits =
                vector ? column.type() instanceof ColumnType.Vector : column.type() instanceof ColumnType.Varchar;
        if (!fits) {
            throw wrong(
                    name,
                    "Column [%s] is [%s]."
                            .formatted(column.name(), column.type().sql()),
                    vector ? "VECTOR takes a VECTOR column." : "TEXT takes a VARCHAR column.");
        }
        return new Part(vector, column, pair.get(1));
    }

    private static List<SqlNode> items(SqlNode value) {
        return switch (value) {
            case SqlCall row when row.getKind() == SqlKind.ROW -> row.getOperandList();
            case SqlNodeList list -> List.copyOf(list.getList());
            default -> List.of(value);
        };
    }

    private String text() {
        long limit = search.number("limit", LIMIT);
        boolean weighted = weighted();
        String ranks = each(i -> "f.\"$rank" + i + "\" AS " + quoted(rankName(i)));
        String grouped = each(i -> "MIN(CASE WHEN \"$part\" = " + i + " THEN \"$rank\" END) AS \"$rank" + i
                + "\", MIN(CASE WHEN \"$part\" = " + i + " THEN \"$share\" END) AS \"$share" + i + "\"");
        String columns = search.columns("t");
        String key = quoted(table.keyColumn().name());
        var lists = new ArrayList<String>();
        for (int i = 0; i < parts.size(); i++) {
            lists.add(list(i, parts.get(i), Math.max(search.number("candidates", CANDIDATES), limit)));
        }
        return "SELECT " + columns + ", f.\"$score\" AS " + quoted(scoreName()) + ", " + ranks
                + " FROM \"$table\" AS t JOIN (SELECT g.*, " + score(weighted)
                + " AS \"$score\" FROM (SELECT \"$key\", "
                + grouped + " FROM (" + String.join(" UNION ALL ", lists) + ") AS l GROUP BY \"$key\") AS g"
                + " ORDER BY \"$score\" DESC, \"$key\" LIMIT " + limit + ") AS f ON t." + key + " = f.\"$key\""
                + " ORDER BY f.\"$score\" DESC, t." + key + " LIMIT " + limit;
    }

    private interface PartText {
        String of(int part);
    }

    private String each(PartText text) {
        var all = new ArrayList<String>();
        for (int i = 0; i < parts.size(); i++) {
            all.add(text.of(i));
        }
        return String.join(", ", all);
    }

    /// A part's best rows with their rank and their share: 1 for the best, 0 for the last.
    private String list(int number, Part part, long candidates) {
        String column = quoted(part.column().name());
        String function = part.vector() ? search.distance(part.column()) : "bm25";
        String value = function + "(" + column + ", \"$query" + number + "\")";
        String order = part.vector() ? "" : " DESC";
        String where = part.vector() ? column + " IS NOT NULL" : "match(" + column + ", \"$query" + number + "\")";
        String filter = search.option("filter") != null ? " AND (\"$filter\")" : "";
        String over =
                part.vector() ? "(MAX(\"$value\") OVER () - \"$value\")" : "(\"$value\" - MIN(\"$value\") OVER ())";
        String share = "CASE WHEN MAX(\"$value\") OVER () = MIN(\"$value\") OVER () THEN 1E0 ELSE " + over
                + " / (MAX(\"$value\") OVER () - MIN(\"$value\") OVER ()) END";
        return "SELECT \"$key\", " + number + " AS \"$part\", RANK() OVER (ORDER BY \"$value\"" + order
                + ") AS \"$rank\", " + share + " AS \"$share\" FROM (SELECT "
                + quoted(table.keyColumn().name()) + " AS \"$key\", " + value + " AS \"$value\" FROM \"$table\" WHERE "
                + where + filter + " ORDER BY " + value + order + " LIMIT " + candidates + ") AS p" + number;
    }

    /// Parts add up from left to right, so that a score can be computed again to the last bit.
    private String score(boolean weighted) {
        List<String> weights = weights();
        long k = search.number("k", K);
        var terms = new ArrayList<String>();
        for (int i = 0; i < parts.size(); i++) {
            String term = weighted
                    ? weights.get(i) + " * \"$share" + i + "\""
                    : weights.get(i) + " / (" + k + "E0 + \"$rank" + i + "\")";
            terms.add("COALESCE(" + term + ", 0E0)");
        }
        return String.join(" + ", terms);
    }

    private boolean weighted() {
        SqlNode fusion = search.option("fusion");
        String name = fusion instanceof SqlLiteral literal
                ? String.valueOf(literal.getValueAs(String.class)).toLowerCase(Locale.ROOT)
                : fusion == null ? "rrf" : "";
        return switch (name) {
            case "rrf" -> false;
            case "weighted" -> true;
            default ->
                throw wrong(
                        fusion == null ? call : fusion,
                        "HYBRID_SEARCH does not know this FUSION.",
                        "Write FUSION => 'rrf' or FUSION => 'weighted'.");
        };
    }

    private List<String> weights() {
        SqlNode given = search.option("weights");
        if (given == null) {
            return parts.stream().map(_ -> "1E0").toList();
        }
        var weights = new ArrayList<String>();
        for (SqlNode item : items(given)) {
            if (!(item instanceof SqlNumericLiteral literal)) {
                throw wrong(item, "A weight is a number.", "Write WEIGHTS => (0.7, 0.3).");
            }
            weights.add(literal.getValueAs(BigDecimal.class).toPlainString() + "E0");
        }
        if (weights.size() != parts.size()) {
            throw wrong(
                    given,
                    "HYBRID_SEARCH has [%d] parts and [%d] weights.".formatted(parts.size(), weights.size()),
                    "Give one weight for each part, in their order.");
        }
        return weights;
    }

    private String scoreName() {
        return table.findColumn("score").isPresent() ? "hybrid_score" : "score";
    }

    /// `vector_rank`, `text_rank`; of several parts of a kind, the name of the column goes before.
    private String rankName(int number) {
        Part part = parts.get(number);
        boolean alone =
                parts.stream().filter(other -> other.vector() == part.vector()).count() == 1;
        return (alone ? part.vector() ? "vector" : "text" : part.column().name()) + "_rank";
    }

    private QueryException wrong(SqlNode at, String message, @Nullable String hint) {
        return search.wrong(at, message, hint);
    }
}
