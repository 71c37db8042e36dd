package io.elanus.sql.plan.rel;

import io.elanus.proto.grpc.IndexSchema;
import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.error.Suggestions;
import io.elanus.sql.parser.SqlText;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.TableSchema;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.SqlSnapshot;
import org.apache.calcite.sql.util.SqlShuttle;
import org.jspecify.annotations.Nullable;

/// A call of a table function that searches: its table, its arguments by name, and what the two functions read in
/// them alike. One call at a time.
final class SearchCall {
    private static final long MOST = 1_000_000;

    private final SqlCall call;
    private final String sql;
    private final SchemaView view;
    private final String defaultSchema;
    private final List<String> names;
    private final TableSchema table;
    private final Map<String, SqlNode> options = new HashMap<>();

    /// @param call its first operand is the table
    /// @param names of the arguments that it takes
    SearchCall(SqlCall call, String sql, SchemaView view, String defaultSchema, List<String> names) {
        this.call = call;
        this.sql = sql;
        this.view = view;
        this.defaultSchema = defaultSchema;
        this.names = names;
        this.table = table(call.operand(0));
    }

    SqlCall call() {
        return call;
    }

    String function() {
        return call.getOperator().getName();
    }

    TableSchema table() {
        return table;
    }

    /// The table that a name, maybe with a time, stands for.
    TableSchema table(SqlNode node) {
        SqlNode of = node instanceof SqlSnapshot past ? past.getTableRef() : node;
        return view.table(((SqlIdentifier) of).names, defaultSchema, position(of));
    }

    /// The lower-case name of an argument, once it was seen to be one.
    String name(SqlCall assignment) {
        String name = ((SqlIdentifier) assignment.operand(1)).getSimple().toLowerCase(Locale.ROOT);
        if (!names.contains(name)) {
            throw wrong(
                    assignment,
                    "%s has no argument [%s].".formatted(function(), name),
                    Suggestions.didYouMean(name, names).orElse("It takes " + String.join(", ", names) + "."));
        }
        return name;
    }

    void option(SqlCall assignment) {
        if (options.put(name(assignment), assignment.operand(0)) != null) {
            throw wrong(assignment, "Argument [%s] is given twice.".formatted(name(assignment)), "Leave one out.");
        }
    }

    @Nullable
    SqlNode option(String name) {
        return options.get(name);
    }

    Column column(SqlNode node, TableSchema of) {
        if (!(node instanceof SqlIdentifier name) || !name.isSimple()) {
            throw wrong(node, "%s takes the name of a column here.".formatted(function()), null);
        }
        return of.findColumn(name.getSimple())
                .filter(column -> !column.hidden())
                .orElseThrow(() -> wrong(
                        name,
                        "Column [%s] does not exist in table [%s].".formatted(name.getSimple(), of.name()),
                        null));
    }

    /// What the columns of the table are called, those that users see.
    String columns(String alias) {
        return table.columns().stream()
                .filter(column -> !column.hidden())
                .map(column -> alias + "." + quoted(column.name()))
                .collect(Collectors.joining(", "));
    }

    /// The function of the metric: by the argument, else by the column's first index, else what the element type
    /// suggests.
    String distance(Column column) {
        ColumnType.Vector type = (ColumnType.Vector) column.type();
        Metric metric = switch (type.element()) {
            case BINARY -> Metric.HAMMING;
            case SPARSE -> Metric.IP;
            case FLOAT32, FLOAT16, BFLOAT16, INT8 -> Metric.COSINE;
        };
        for (IndexSchema index : view.catalog().indexesOf(table.tableId())) {
            if (index.getColumnId() == column.id()) {
                metric = Metric.find(index.getMetric()).orElse(metric);
                break;
            }
        }
        SqlNode given = options.get("metric");
        if (given instanceof SqlLiteral literal) {
            String name = String.valueOf(literal.getValueAs(String.class));
            metric = Metric.find(name)
                    .filter(found -> found.supports(type.element()))
                    .orElseThrow(() -> wrong(
                            given,
                            "Metric [%s] does not apply to [%s].".formatted(name, type.sql()),
                            "Write such as METRIC => 'cosine'."));
        }
        return switch (metric) {
            case L2 -> "l2_distance";
            case IP -> "negative_inner_product";
            case COSINE -> "cosine_distance";
            case L1 -> "l1_distance";
            case HAMMING -> "hamming_distance";
            case JACCARD -> "jaccard_distance";
            case BM25 -> throw new IllegalStateException("No metric of vectors");
        };
    }

    long number(String name, long otherwise) {
        SqlNode given = options.get(name);
        if (given == null) {
            return otherwise;
        }
        if (given instanceof SqlNumericLiteral literal && literal.isInteger()) {
            long value = literal.getValueAs(BigDecimal.class).longValue();
            if (value >= 1 && value <= MOST) {
                return value;
            }
        }
        throw wrong(
                given,
                "Argument [%s] of %s takes a whole number from [1] to [%d].".formatted(name, function(), MOST),
                "Write such as %s => %d.".formatted(name.toUpperCase(Locale.ROOT), otherwise));
    }

    /// The validator tells nodes apart by identity: what stands in several places is a node in each.
    static @Nullable SqlNode copy(SqlNode node) {
        return node.accept(new SqlShuttle() {
            @Override
            public @Nullable SqlNode visit(SqlCall call) {
                var copied = new CallCopyingArgHandler(call, true);
                call.getOperator().acceptCall(this, call, false, copied);
                return copied.result();
            }

            @Override
            public @Nullable SqlNode visit(SqlIdentifier id) {
                return id.clone(id.getParserPosition());
            }

            @Override
            public @Nullable SqlNode visit(SqlLiteral literal) {
                return literal.clone(literal.getParserPosition());
            }
        });
    }

    static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    QueryException wrong(SqlNode at, String message, @Nullable String hint) {
        return new QueryException(ErrorCode.INVALID_PARAMETER, message, position(at), hint, null);
    }

    private int position(SqlNode node) {
        return SqlText.offset(sql, node.getParserPosition());
    }
}
