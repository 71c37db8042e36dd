package io.elanus.sql.parser;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.fun.SqlLibraryOperators;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/// `ARRAY(SELECT a FROM t ORDER BY b)` as
/// `array_cat((SELECT array_agg($item ORDER BY $key0) FROM (SELECT a, b FROM t) AS $rows ($item, $key0)), '{}')`: a
/// query that is used as a value, which the planner knows how to take out of the rows around it; no rows make an
/// empty array.
final class ArrayQueries {
    private static final String ROWS = "$rows";
    private static final String ITEM = "$item";
    private static final String KEY = "$key";

    private final SqlParserPos pos;
    private final List<SqlNode> columns = new ArrayList<>();
    private final List<SqlNode> order = new ArrayList<>();

    private ArrayQueries(SqlParserPos pos) {
        this.pos = pos;
        columns.add(new SqlIdentifier(ITEM, pos));
    }

    static SqlCall rewrite(SqlCall array) {
        return new ArrayQueries(array.getParserPosition()).of(array.operand(0));
    }

    private SqlCall of(SqlNode query) {
        SqlNode body = query instanceof SqlOrderBy ordered ? ordered.query : query;
        if (body instanceof SqlSelect select && select.getSelectList().size() != 1 && !BestRows.distinctOn(select)) {
            throw new QueryException(
                    ErrorCode.SYNTAX_ERROR,
                    "ARRAY takes a query of one column, given has [%d]."
                            .formatted(select.getSelectList().size()),
                    "ARRAY(SELECT column FROM … ORDER BY …).");
        }
        SqlNode rows = query instanceof SqlOrderBy ordered ? unordered(ordered) : query;
        var aliased = new ArrayList<SqlNode>();
        aliased.add(rows);
        aliased.add(new SqlIdentifier(ROWS, pos));
        aliased.addAll(columns);
        var operands = new ArrayList<SqlNode>();
        operands.add(item(ITEM));
        if (!order.isEmpty()) {
            operands.add(new SqlNodeList(order, pos));
        }
        SqlNode collected = SqlLibraryOperators.ARRAY_AGG.createCall(pos, operands);
        var value = Selects.of(
                pos, new SqlNodeList(List.of(collected), pos), SqlStdOperatorTable.AS.createCall(pos, aliased), null);
        return FunctionForms.function("array_cat", pos, List.of(value, SqlLiteral.createCharString("{}", pos)));
    }

    private SqlIdentifier item(String name) {
        return new SqlIdentifier(List.of(ROWS, name), pos);
    }

    /// The query with what it is ordered by among its columns; in order only if it takes some of its rows.
    private SqlNode unordered(SqlOrderBy ordered) {
        boolean some = ordered.offset != null || ordered.fetch != null;
        if (!(ordered.query instanceof SqlSelect select) || select.isDistinct() || BestRows.distinctOn(select)) {
            ordered.orderList.forEach(key -> order.add(directed(key, byItem(key))));
            return some ? ordered : ordered.query;
        }
        var names = new OutputNames(select.getSelectList());
        var items = new ArrayList<@Nullable SqlNode>(select.getSelectList());
        var inner = new ArrayList<SqlNode>();
        for (SqlNode key : ordered.orderList) {
            String name = KEY + order.size();
            items.add(names.expression(key));
            columns.add(new SqlIdentifier(name, pos));
            order.add(directed(key, item(name)));
            inner.add(names.order(key));
        }
        select.setSelectList(new SqlNodeList(items, select.getSelectList().getParserPosition()));
        return some
                ? new SqlOrderBy(
                        ordered.getParserPosition(),
                        select,
                        new SqlNodeList(inner, ordered.orderList.getParserPosition()),
                        ordered.offset,
                        ordered.fetch)
                : select;
    }

    /// Sets of rows and distinct ones have their one column to be ordered by.
    private SqlNode byItem(SqlNode key) {
        SqlNode plain = key;
        while (wraps(plain)) {
            plain = ((SqlCall) plain).operand(0);
        }
        if (plain instanceof SqlNumericLiteral || plain instanceof SqlIdentifier) {
            return item(ITEM);
        }
        throw new QueryException(
                ErrorCode.FEATURE_NOT_SUPPORTED,
                "ARRAY of such a query is ordered by nothing else than its column.",
                "Write ORDER BY 1, or ARRAY(SELECT … FROM (…) ORDER BY …).");
    }

    private static boolean wraps(SqlNode key) {
        return key.getKind() == SqlKind.DESCENDING
                || key.getKind() == SqlKind.NULLS_FIRST
                || key.getKind() == SqlKind.NULLS_LAST;
    }

    /// The key with the DESC and NULLS of another.
    private static SqlNode directed(SqlNode like, SqlNode key) {
        if (!wraps(like)) {
            return key;
        }
        var call = (SqlCall) like;
        return call.getOperator().createCall(call.getParserPosition(), directed(call.operand(0), key));
    }
}
