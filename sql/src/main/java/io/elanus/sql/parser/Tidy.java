package io.elanus.sql.parser;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.ParsedStatement.SearchMode;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.sql.parser.tree.StatementNode;
import io.elanus.sql.parser.tree.SyntaxOperators;
import io.elanus.storage.ErrorCode;
import java.math.BigDecimal;
import java.util.List;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlBinaryOperator;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlInsert;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLambda;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlUnresolvedFunction;
import org.apache.calcite.sql.SqlUserDefinedTypeNameSpec;
import org.apache.calcite.sql.SqlWindow;
import org.apache.calcite.sql.SqlWith;
import org.apache.calcite.sql.fun.SqlInOperator;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlShuttle;
import org.jspecify.annotations.Nullable;

/// Takes the search mode out of FETCH, makes `a -> 'b'` among arguments the JSON operator it is, and counts
/// parameters.
final class Tidy extends SqlShuttle {
    private static final BigDecimal MOST_ROWS = BigDecimal.valueOf(Long.MAX_VALUE);

    private final String text;
    private int parameters;
    private int depth;
    private SearchMode search = SearchMode.DEFAULT;

    /// @param text that positions refer to
    Tidy(String text) {
        this.text = text;
    }

    int parameters() {
        return parameters;
    }

    SearchMode search() {
        return search;
    }

    SqlNode apply(SqlNode node) {
        return node instanceof StatementNode ours
                ? new StatementNode(node.getParserPosition(), apply(ours.statement()))
                : visited(node);
    }

    private Statement apply(Statement statement) {
        return switch (statement) {
            case Statement.Insert(var insert, var conflict, var returning) -> {
                var tidied = (SqlInsert) visited(insert);
                yield new Statement.Insert(tidied, conflict == null ? null : apply(conflict), all(returning));
            }
            case Statement.Update(var target, var columns, var values, var from, var where, var returning) ->
                new Statement.Update(target, columns, all(values), optional(from), optional(where), all(returning));
            case Statement.Delete(var target, var using, var where, var returning) ->
                new Statement.Delete(target, optional(using), optional(where), all(returning));
            case Statement.Merge(var target, var source, var condition, var actions, var returning) ->
                new Statement.Merge(
                        target,
                        visited(source),
                        visited(condition),
                        actions.stream().map(this::apply).toList(),
                        all(returning));
            case Statement.With(SqlNodeList queries, var change) -> {
                SqlParserPos pos = queries.getParserPosition();
                var tidied = (SqlWith) visited(new SqlWith(pos, queries, SqlLiteral.createNull(pos)));
                yield new Statement.With(tidied.withList, apply(change));
            }
            case Statement.Explain(SqlNode inner, boolean analyze, var options) ->
                new Statement.Explain(apply(inner), analyze, options);
            case Statement.CopyTo(SqlNode query, var table, var columns, var file, var options)
            when query != null -> new Statement.CopyTo(visited(query), table, columns, file, options);
            case Statement other -> other;
        };
    }

    private Statement.Conflict apply(Statement.Conflict conflict) {
        return new Statement.Conflict(
                conflict.target(), conflict.columns(), all(conflict.values()), optional(conflict.where()));
    }

    private Statement.MergeAction apply(Statement.MergeAction action) {
        return new Statement.MergeAction(
                action.kind(),
                action.matched(),
                optional(action.condition()),
                action.columns(),
                all(action.values()),
                action.pos());
    }

    private List<SqlNode> all(List<SqlNode> nodes) {
        return nodes.stream().map(this::visited).toList();
    }

    private @Nullable SqlNode optional(@Nullable SqlNode node) {
        return node == null ? null : visited(node);
    }

    private SqlNode visited(SqlNode node) {
        SqlNode visited = node.accept(this);
        if (visited == null) {
            throw new IllegalStateException("The shuttle lost a node");
        }
        if (depth == 0) {
            Expansion.check(visited);
        }
        return visited;
    }

    @Override
    public @Nullable SqlNode visit(SqlDynamicParam param) {
        parameters = Math.max(parameters, param.getIndex() + 1);
        if (parameters > StatementParser.MAX_PARAMETERS) {
            throw new QueryException(
                    ErrorCode.STATEMENT_TOO_LONG,
                    "The statement has more than [%d] parameters.".formatted(StatementParser.MAX_PARAMETERS),
                    "Send the rows as a batch of one statement, or load them into a table and join it.");
        }
        return param;
    }

    /// Planning takes time for each of the values.
    private static void checkList(SqlCall call) {
        boolean in = call.getKind() == SqlKind.IN || call.getKind() == SqlKind.NOT_IN;
        if (in && call.operand(1) instanceof SqlNodeList list && list.size() > StatementParser.MAX_LIST) {
            throw new QueryException(
                    ErrorCode.STATEMENT_TOO_LONG,
                    "IN has [%d] values, the most is [%d].".formatted(list.size(), StatementParser.MAX_LIST),
                    "Load the values into a table and join it.");
        }
    }

    /// Types stand in no schema but PostgreSQL's own, which tools write out; the planner cannot follow any other.
    private SqlCall typed(SqlCall call) {
        for (int i = 0; i < call.operandCount(); i++) {
            if (call.getOperandList().get(i) instanceof SqlDataTypeSpec type
                    && type.getTypeNameSpec() instanceof SqlUserDefinedTypeNameSpec named
                    && !named.getTypeName().isSimple()) {
                List<String> names = named.getTypeName().names;
                SqlParserPos pos = type.getParserPosition();
                if (names.size() > 2 || !names.getFirst().equalsIgnoreCase("pg_catalog")) {
                    throw new QueryException(
                            ErrorCode.UNDEFINED_OBJECT,
                            "Type [%s] does not exist.".formatted(String.join(".", names)),
                            SqlText.offset(text, pos),
                            "The name of a type stands alone: CAST(x AS integer).",
                            null);
                }
                var alone = new SqlUserDefinedTypeNameSpec(new SqlIdentifier(names.getLast(), pos), pos);
                call.setOperand(i, new SqlDataTypeSpec(alone, pos));
            }
        }
        return call;
    }

    /// The grammar goes on with operators behind the list of IN.
    private static void checkOperands(SqlCall call) {
        SqlOperator operator = call.getOperator();
        boolean written = operator instanceof SqlBinaryOperator
                || operator instanceof SqlUnresolvedFunction // as -> is read
                || call.getKind() == SqlKind.CAST;
        if (written
                && !(operator instanceof SqlInOperator)
                && call.getKind() != SqlKind.WITHIN_GROUP
                && call.getOperandList().stream().anyMatch(SqlNodeList.class::isInstance)) {
            throw new QueryException(
                    ErrorCode.SYNTAX_ERROR,
                    "A list of values stands only behind IN, not beside [%s].".formatted(operator.getName()),
                    "Put parentheses around the whole of IN (…).");
        }
    }

    /// The grammar takes any expression that begins with a query.
    private static void checkExists(SqlCall call) {
        if (call.getKind() == SqlKind.EXISTS && !call.operand(0).isA(SqlKind.QUERY)) {
            throw new QueryException(
                    ErrorCode.SYNTAX_ERROR,
                    "EXISTS takes a query, given is an expression.",
                    "EXISTS (SELECT … FROM … WHERE …).");
        }
    }

    @Override
    public @Nullable SqlNode visit(SqlCall call) {
        if (++depth > StatementParser.MAX_DEPTH) {
            throw new QueryException(
                    ErrorCode.STATEMENT_TOO_COMPLEX,
                    "Statement nests too deeply: more than [%d] operators within one another."
                            .formatted(StatementParser.MAX_DEPTH),
                    "Split it into several statements, or use IN (…) and WITH.");
        }
        SqlNode tidied = tidied(call);
        depth--;
        return tidied;
    }

    private @Nullable SqlNode tidied(SqlCall call) {
        if (call instanceof SqlSelect select) {
            SetFunctions.select(select);
        }
        switch (call) {
            case SqlOrderBy orderBy -> {
                return super.visit(ordered(orderBy));
            }
            case SqlWith with -> {
                return super.visit(new RecursiveItems(text).apply(with));
            }
            case SqlWindow window -> {
                return super.visit(Windows.frame(window));
            }
            case SqlSelect select
            when BestRows.distinctOn(select) -> new BestRows(text).distinctOn(select, SqlNodeList.EMPTY);
            default -> {}
        }
        if (call instanceof SqlLambda lambda && lambda.getParameters().size() == 1) {
            var parameter = (SqlIdentifier) lambda.getParameters().get(0);
            return super.visit(SyntaxOperators.JSON_GET.createCall(
                    call.getParserPosition(), List.of(parameter, lambda.getExpression())));
        }
        if (Chains.of(call)) {
            List<SqlNode> terms = Chains.terms(call);
            return Chains.balanced(
                    call.getOperator(), terms.stream().map(this::visited).toList());
        }
        checkList(call);
        checkExists(call);
        checkOperands(call);
        return super.visit(FunctionForms.rewrite(typed(call)));
    }

    private SqlOrderBy ordered(SqlOrderBy given) {
        SqlOrderBy orderBy = given;
        if (given.fetch instanceof SqlBasicCall fetch && fetch.getOperator() == SyntaxOperators.FETCH_MODE) {
            SqlNode mode = fetch.operand(1);
            int accuracy = ((SqlLiteral) fetch.operand(2)).intValue(false);
            boolean exact = "exact".equals(((SqlLiteral) mode).getValueAs(String.class));
            search = new SearchMode(exact, !exact, accuracy);
            orderBy = fetching(given, fetch.operand(0));
        }
        checkCount(orderBy.offset);
        checkCount(orderBy.fetch);
        SqlSelect select = BestRows.ordered(orderBy);
        if (orderBy.fetch instanceof SqlCall fetch && fetch.getOperator() == SyntaxOperators.FETCH_TIES) {
            new BestRows(text).ties(select, orderBy, fetch);
            orderBy = fetching(orderBy, null);
        }
        if (select != null && BestRows.distinctOn(select)) {
            new BestRows(text).distinctOn(select, orderBy.orderList);
        }
        if (orderBy.fetch instanceof SqlCall fetch && fetch.getOperator() == SyntaxOperators.FETCH_PARTITIONS) {
            if (select == null) {
                throw new QueryException(
                        ErrorCode.FEATURE_NOT_SUPPORTED,
                        "PARTITIONS BY of a set operation is not supported.",
                        SqlText.offset(text, fetch.getParserPosition()),
                        "SELECT * FROM (…) ORDER BY … FETCH FIRST … PARTITIONS BY ….",
                        null);
            }
            new BestRows(text).partitions(select, orderBy, fetch);
            orderBy = fetching(orderBy, null);
        }
        return orderBy;
    }

    /// No constant that the planner could hold stands for more rows.
    private void checkCount(@Nullable SqlNode count) {
        BigDecimal rows = count instanceof SqlNumericLiteral number ? number.bigDecimalValue() : null;
        if (count != null && rows != null && rows.compareTo(MOST_ROWS) > 0) {
            throw new QueryException(
                    ErrorCode.NUMBER_OUT_OF_RANGE,
                    "LIMIT, OFFSET and FETCH take at most [%s] rows.".formatted(MOST_ROWS),
                    SqlText.offset(text, count.getParserPosition()),
                    "Leave LIMIT out to get all rows.",
                    null);
        }
    }

    private static SqlOrderBy fetching(SqlOrderBy orderBy, @Nullable SqlNode fetch) {
        return new SqlOrderBy(orderBy.getParserPosition(), orderBy.query, orderBy.orderList, orderBy.offset, fetch);
    }
}
