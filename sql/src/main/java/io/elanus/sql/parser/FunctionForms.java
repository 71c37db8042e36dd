package io.elanus.sql.parser;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.tree.SyntaxOperators;
import io.elanus.sql.parser.tree.VectorTypeName;
import io.elanus.sql.type.Types;
import io.elanus.storage.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlCollectionTypeNameSpec;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlUnresolvedFunction;
import org.apache.calcite.sql.fun.SqlCase;
import org.apache.calcite.sql.fun.SqlQuantifyOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/// Calls that other systems write in a form of their own, rewritten to ours before names are resolved.
final class FunctionForms {
    /// Metrics as `VECTOR_DISTANCE(a, b, METRIC)` names them.
    private static final Map<String, String> METRICS = Map.ofEntries(
            Map.entry("l2", "l2_distance"),
            Map.entry("euclidean", "l2_distance"),
            Map.entry("cosine", "cosine_distance"),
            Map.entry("dot", "negative_inner_product"),
            Map.entry("ip", "negative_inner_product"),
            Map.entry("inner_product", "negative_inner_product"),
            Map.entry("l1", "l1_distance"),
            Map.entry("manhattan", "l1_distance"),
            Map.entry("hamming", "hamming_distance"),
            Map.entry("jaccard", "jaccard_distance"));

    /// What tells the order of rows before their last values.
    private static final Map<SqlKind, SqlOperator> ORDERED = Map.of(
            SqlKind.LESS_THAN, SqlStdOperatorTable.LESS_THAN,
            SqlKind.LESS_THAN_OR_EQUAL, SqlStdOperatorTable.LESS_THAN,
            SqlKind.GREATER_THAN, SqlStdOperatorTable.GREATER_THAN,
            SqlKind.GREATER_THAN_OR_EQUAL, SqlStdOperatorTable.GREATER_THAN);

    private FunctionForms() {}

    /// `(a, b) < (c, d)` is `a < c OR a = c AND b < d`.
    private static SqlCall lexicographic(SqlCall call, int from) {
        SqlParserPos pos = call.getParserPosition();
        List<SqlNode> left = ((SqlCall) call.operand(0)).getOperandList();
        List<SqlNode> right = ((SqlCall) call.operand(1)).getOperandList();
        if (left.size() != right.size()) {
            throw new QueryException(
                    ErrorCode.SYNTAX_ERROR,
                    "Rows of [%d] and [%d] values cannot be compared.".formatted(left.size(), right.size()),
                    "Give both the same number of values.");
        }
        if (from == left.size() - 1) {
            return call.getOperator().createCall(pos, left.get(from), right.get(from));
        }
        SqlOperator strictly = Objects.requireNonNull(ORDERED.get(call.getKind()));
        SqlNode before = strictly.createCall(pos, left.get(from), right.get(from));
        SqlNode equal =
                SqlStdOperatorTable.EQUALS.createCall(pos, TreeCopy.of(left.get(from)), TreeCopy.of(right.get(from)));
        SqlNode rest = SqlStdOperatorTable.AND.createCall(pos, equal, lexicographic(call, from + 1));
        return SqlStdOperatorTable.OR.createCall(pos, before, rest);
    }

    static SqlCall rewrite(SqlCall call) {
        if (call.getKind() == SqlKind.CAST && call.operandCount() == 2) {
            return cast(call);
        }
        if (call.getOperator() == SqlStdOperatorTable.SOME_EQ
                && call.operand(1) instanceof SqlNodeList list
                && list.size() == 1) {
            return function("array_contains", call.getParserPosition(), List.of(list.get(0), call.operand(0)));
        }
        if (call.getOperator() == SqlStdOperatorTable.ALL_NE
                && call.operand(1) instanceof SqlNodeList list
                && list.size() == 1) {
            SqlNode among = function("array_contains", call.getParserPosition(), List.of(list.get(0), call.operand(0)));
            return SqlStdOperatorTable.NOT.createCall(call.getParserPosition(), among);
        }
        if (ORDERED.containsKey(call.getKind())
                && call.operand(0).getKind() == SqlKind.ROW
                && call.operand(1).getKind() == SqlKind.ROW) {
            return lexicographic(call, 0);
        }
        if (call.getKind() == SqlKind.ARRAY_QUERY_CONSTRUCTOR) {
            return ArrayQueries.rewrite(call);
        }
        SqlCall rows = SetFunctions.rewrite(call);
        if (rows != call) {
            return rows;
        }
        SqlCall quantified = quantified(call);
        if (quantified != null) {
            return quantified;
        }
        String name = call.getOperator().getName().toLowerCase(Locale.ROOT);
        return switch (name) {
            case "item" -> call.operand(1) instanceof SqlCall bounds ? slice(call, bounds) : call;
            case "+", "-" -> shifted(call);
            case "over" -> Windows.rewrite(call);
            case "within group" -> OrderedSets.rewrite(call);
            case "regr_count" -> pairs(call);
            case "overlay" -> function("overlay", call.getParserPosition(), call.getOperandList());
            case "substring" ->
                call.operandCount() == 2 && text(call.operand(1)) != null
                        ? function("regexp_substr", call.getParserPosition(), call.getOperandList())
                        : call;
            case "translate3" -> function("translate", call.getParserPosition(), call.getOperandList());
            case "bit_length" -> bits(call);
            case "age", "extract", "date_part" -> Ages.rewrite(call);
            case "array_length", "array_upper" -> call.operandCount() == 2 ? length(call) : call;
            case "vector_distance", "distance", "vec_distance", "approx_distance" -> distance(call);
            case "date_trunc" ->
                call.operandCount() == 2 && text(call.operand(0)) != null
                        ? function("date_trunc_text", call.getParserPosition(), call.getOperandList())
                        : call;
            case "text_match" -> match("match", call);
            case "ts_rank", "ts_rank_cd" -> match("bm25", call);
            case "now" ->
                call.operandCount() == 0 ? function("current_timestamp", call.getParserPosition(), List.of()) : call;
            case "vector", "to_vector", "vec_fromtext" -> VectorCasts.function(call);
            case "json_value", "json_query", "json_exists" -> jsonPath(call);
            default -> call;
        };
    }

    /// A comparison with ANY or ALL of an array, as `$any(array, value, operator)`.
    private static @Nullable SqlCall quantified(SqlCall call) {
        if (!(call.getOperator() instanceof SqlQuantifyOperator operator)
                || !(call.operand(1) instanceof SqlNodeList list)
                || list.size() != 1) {
            return null;
        }
        String comparison = switch (operator.comparisonKind) {
            case EQUALS -> "EQ";
            case NOT_EQUALS -> "NE";
            case LESS_THAN -> "LT";
            case LESS_THAN_OR_EQUAL -> "LE";
            case GREATER_THAN -> "GT";
            case GREATER_THAN_OR_EQUAL -> "GE";
            default -> throw new IllegalStateException(operator + " compares by nothing");
        };
        SqlParserPos pos = call.getParserPosition();
        String function = operator.kind == SqlKind.ALL ? "$all" : "$any";
        return function(
                function, pos, List.of(list.get(0), call.operand(0), SqlLiteral.createCharString(comparison, pos)));
    }

    private static SqlCall slice(SqlCall call, SqlCall bounds) {
        return bounds.getOperator() == SyntaxOperators.SLICE
                ? function(
                        "array_slice",
                        call.getParserPosition(),
                        List.of(call.operand(0), bounds.operand(0), bounds.operand(1)))
                : call;
    }

    /// A time and an interval of months and of days: the months first.
    private static SqlCall shifted(SqlCall call) {
        if (call.operandCount() != 2) {
            return call;
        }
        SqlParserPos pos = call.getParserPosition();
        for (int i = 0; i < 2; i++) {
            if (call.operand(i) instanceof SqlCall interval
                    && interval.getOperator() == SyntaxOperators.MIXED_INTERVAL) {
                SqlNode months = call.getOperator().createCall(pos, call.operand(1 - i), interval.operand(0));
                return call.getOperator().createCall(pos, months, interval.operand(1));
            }
        }
        return call;
    }

    /// The planner knows of COUNT alone that it is 0 where a subquery has no rows.
    private static SqlCall pairs(SqlCall call) {
        if (call.operandCount() != 2 || call.getFunctionQuantifier() != null) {
            return call;
        }
        SqlParserPos pos = call.getParserPosition();
        SqlNode known = SqlStdOperatorTable.IS_NOT_NULL.createCall(pos, List.of(call.operand(0)));
        var pair = new SqlCase(
                pos,
                null,
                new SqlNodeList(List.of(known), pos),
                new SqlNodeList(List.of(call.operand(1)), pos),
                SqlLiteral.createNull(pos));
        return SqlStdOperatorTable.COUNT.createCall(pos, List.of(pair));
    }

    private static SqlCall bits(SqlCall call) {
        SqlParserPos pos = call.getParserPosition();
        return SqlStdOperatorTable.MULTIPLY.createCall(
                pos,
                function("octet_length", pos, call.getOperandList()),
                SqlLiteral.createExactNumeric(Integer.toString(Byte.SIZE), pos));
    }

    /// Arrays have one dimension here; PostgreSQL's functions take its number, and are NULL for an empty array.
    private static SqlCall length(SqlCall call) {
        SqlParserPos pos = call.getParserPosition();
        if (!(call.operand(1) instanceof SqlLiteral dimension) || !"1".equals(dimension.toValue())) {
            throw new QueryException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "Arrays have one dimension.",
                    "Ask for the length of dimension 1.");
        }
        return SqlStdOperatorTable.NULLIF.createCall(
                pos,
                SqlStdOperatorTable.CARDINALITY.createCall(pos, List.of(call.operand(0))),
                SqlLiteral.createExactNumeric("0", pos));
    }

    /// The standard's functions do not say that a parameter in the place of the path is text.
    private static SqlCall jsonPath(SqlCall call) {
        if (call.operandCount() < 2 || !(call.operand(1) instanceof SqlDynamicParam path)) {
            return call;
        }
        SqlParserPos pos = path.getParserPosition();
        var text = new SqlDataTypeSpec(new SqlBasicTypeNameSpec(SqlTypeName.VARCHAR, pos), pos);
        var operands = new ArrayList<@Nullable SqlNode>(call.getOperandList());
        operands.set(1, SqlStdOperatorTable.CAST.createCall(pos, path, text));
        return call.getOperator().createCall(call.getFunctionQuantifier(), call.getParserPosition(), operands);
    }

    /// PostgreSQL's `to_tsvector(text) @@ plainto_tsquery('…')` and what ranks it, as our own functions. A query in
    /// bare text is ours too.
    private static SqlCall match(String function, SqlCall call) {
        if (call.operandCount() != 2) {
            return call;
        }
        SqlNode text = call.operand(0);
        SqlNode query = call.operand(1);
        SqlParserPos pos = call.getParserPosition();
        if (text instanceof SqlCall vector && named(vector, "to_tsvector")) {
            text = last(vector);
        }
        String mode = "query";
        if (query instanceof SqlCall asked) {
            mode = named(asked, "plainto_tsquery") ? "all" : named(asked, "phraseto_tsquery") ? "phrase" : "query";
            boolean wrapped =
                    !mode.equals("query") || named(asked, "to_tsquery") || named(asked, "websearch_to_tsquery");
            query = wrapped ? last(asked) : query;
        }
        return function(function, pos, List.of(text, query, SqlLiteral.createCharString(mode, pos)));
    }

    /// The text in `to_tsvector('english', text)`: the index of the column decides how it is read.
    private static SqlNode last(SqlCall call) {
        return call.operand(call.operandCount() - 1);
    }

    private static boolean named(SqlCall call, String name) {
        return call.operandCount() > 0 && call.getOperator().getName().equalsIgnoreCase(name);
    }

    private static SqlCall cast(SqlCall call) {
        if (call.operand(1) instanceof SqlDataTypeSpec written && writes(written) && computed(call.operand(0))) {
            SqlParserPos pos = call.getParserPosition();
            return call.getOperator().createCall(pos, function("$written", pos, List.of(call.operand(0))), written);
        }
        if (call.operand(1) instanceof SqlDataTypeSpec array
                && array.getTypeNameSpec() instanceof SqlCollectionTypeNameSpec items) {
            if (call.operand(0).getKind() == SqlKind.ARRAY_VALUE_CONSTRUCTOR
                    && ((SqlCall) call.operand(0)).operandCount() == 0) {
                return ArrayTexts.empty(call, items.getElementTypeName());
            }
            String elements = text(call.operand(0));
            return elements == null ? call : ArrayTexts.cast(call, elements, items.getElementTypeName());
        }
        if (!(call.operand(1) instanceof SqlDataTypeSpec type)
                || !(type.getTypeNameSpec() instanceof VectorTypeName vector)) {
            return call;
        }
        return VectorCasts.cast(call, vector);
    }

    private static boolean writes(SqlDataTypeSpec type) {
        String name = type.getTypeName().getSimple().toLowerCase(Locale.ROOT);
        return type.getTypeNameSpec() instanceof SqlBasicTypeNameSpec && (name.equals("varchar") || name.equals("char"))
                || Types.TEXT.equals(Types.ALIASES.get(name));
    }

    /// Might it be an array? Literals say what they are, and parameters take the type of the cast.
    static boolean computed(SqlNode value) {
        return !(value instanceof SqlLiteral) && !(value instanceof SqlDynamicParam);
    }

    private static SqlCall distance(SqlCall call) {
        var operands = new ArrayList<>(call.getOperandList());
        if (operands.size() == 2) {
            return function("cosine_distance", call.getParserPosition(), operands);
        }
        if (operands.size() != 3) {
            return call;
        }
        for (int metricAt : new int[] {2, 0}) {
            String function = METRICS.get(word(operands.get(metricAt)));
            if (function != null) {
                operands.remove(metricAt);
                return function(function, call.getParserPosition(), operands);
            }
        }
        throw new QueryException(
                ErrorCode.INVALID_PARAMETER,
                "The distance names no metric that is known.",
                "Write VECTOR_DISTANCE(a, b, METRIC) with one of: "
                        + METRICS.keySet().stream().sorted().collect(Collectors.joining(", ")) + ".");
    }

    private static String word(SqlNode node) {
        String text = text(node);
        if (text != null) {
            return text.toLowerCase(Locale.ROOT);
        }
        return node instanceof SqlIdentifier identifier && identifier.isSimple() ? identifier.getSimple() : "";
    }

    static @Nullable String text(SqlNode node) {
        return node instanceof SqlLiteral literal
                        && SqlKind.LITERAL == node.getKind()
                        && org.apache.calcite.sql.type.SqlTypeName.CHAR_TYPES.contains(literal.getTypeName())
                ? literal.getValueAs(String.class)
                : null;
    }

    static SqlCall function(String name, SqlParserPos pos, List<SqlNode> operands) {
        return new SqlUnresolvedFunction(
                        new SqlIdentifier(name, pos), null, null, null, null, SqlFunctionCategory.USER_DEFINED_FUNCTION)
                .createCall(pos, operands);
    }
}
