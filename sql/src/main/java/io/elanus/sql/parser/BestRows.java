package io.elanus.sql.parser;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.tree.SyntaxOperators;
import io.elanus.storage.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlSelectKeyword;
import org.apache.calcite.sql.SqlWindow;
import org.apache.calcite.sql.SqlWith;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/// The first rows of each group, in the forms of others, as `QUALIFY row_number() OVER (…) <= n`: PostgreSQL's
/// `DISTINCT ON (…)`, and `FETCH FIRST g PARTITIONS BY c, k ROWS ONLY`.
final class BestRows {
    private final String text;

    /// @param text that positions refer to
    BestRows(String text) {
        this.text = text;
    }

    static boolean distinctOn(SqlSelect select) {
        return !select.getSelectList().isEmpty()
                && select.getSelectList().get(0) instanceof SqlCall first
                && first.getOperator() == SyntaxOperators.DISTINCT_ON;
    }

    /// The SELECT that an ORDER BY orders; null for a set operation.
    static @Nullable SqlSelect ordered(SqlOrderBy orderBy) {
        return switch (orderBy.query) {
            case SqlSelect select -> select;
            case SqlWith with when with.body instanceof SqlSelect select -> select;
            default -> null;
        };
    }

    /// Changes the SELECT in place.
    void distinctOn(SqlSelect select, SqlNodeList order) {
        var on = (SqlCall) select.getSelectList().get(0);
        select.setSelectList(new SqlNodeList(
                select.getSelectList().subList(1, select.getSelectList().size()),
                select.getSelectList().getParserPosition()));
        var keywords = select.getOperandList().getFirst() instanceof SqlNodeList given ? given : SqlNodeList.EMPTY;
        var kept = new SqlNodeList(keywords.getParserPosition());
        keywords.stream()
                .filter(word -> ((SqlLiteral) word).symbolValue(SqlSelectKeyword.class) != SqlSelectKeyword.DISTINCT)
                .forEach(kept::add);
        select.setOperand(0, kept);
        var names = new OutputNames(select.getSelectList());
        List<SqlNode> keys = on.getOperandList().stream().map(names::expression).toList();
        for (int i = 0; i < Math.min(keys.size(), order.size()); i++) {
            SqlNode first = names.expression(order.get(i));
            if (keys.stream().noneMatch(key -> key.equalsDeep(first, org.apache.calcite.util.Litmus.IGNORE))) {
                throw new QueryException(
                        ErrorCode.INVALID_COLUMN_REFERENCE,
                        "ORDER BY must begin with the expressions of DISTINCT ON.",
                        SqlText.offset(text, order.get(i).getParserPosition()),
                        "Order by those first, then by what tells the row to keep.",
                        null);
            }
        }
        List<SqlNode> by = new ArrayList<>();
        (order.isEmpty() ? keys : order).forEach(item -> by.add(names.order(item)));
        qualify(select, keys, by, SqlLiteral.createExactNumeric("1", on.getParserPosition()));
    }

    /// Changes the SELECT in place.
    void partitions(SqlSelect select, SqlOrderBy orderBy, SqlCall fetch) {
        SqlParserPos pos = fetch.getParserPosition();
        if (orderBy.orderList.isEmpty() || orderBy.offset != null || select.getGroup() != null) {
            throw new QueryException(
                    ErrorCode.SYNTAX_ERROR,
                    "FETCH … PARTITIONS BY takes a query with ORDER BY, without OFFSET and GROUP BY.",
                    SqlText.offset(text, pos),
                    "Write QUALIFY row_number() OVER (PARTITION BY …) <= k.",
                    null);
        }
        var names = new OutputNames(select.getSelectList());
        SqlNode key = names.expression(fetch.operand(1));
        SqlNode best = orderBy.orderList.get(0);
        boolean plain = best.getKind() != SqlKind.DESCENDING
                && best.getKind() != SqlKind.NULLS_FIRST
                && best.getKind() != SqlKind.NULLS_LAST;
        SqlNode groups = plain
                ? nearest(select, key, names.expression(best), fetch.operand(0))
                : extremes(select, key, names.expression(best), best.getKind(), fetch.operand(0));
        among(select, key, groups, pos);
        qualify(
                select,
                List.of(key),
                orderBy.orderList.stream().map(names::order).toList(),
                fetch.operand(2));
    }

    /// The groups whose best row comes first.
    private static SqlNode extremes(SqlSelect select, SqlNode key, SqlNode order, SqlKind kind, SqlNode count) {
        SqlParserPos pos = count.getParserPosition();
        boolean descending = kind == SqlKind.DESCENDING;
        SqlNode extreme = (descending ? SqlStdOperatorTable.MAX : SqlStdOperatorTable.MIN).createCall(pos, order);
        SqlSelect groups = ofGroups(select, key, SqlNodeList.of(TreeCopy.of(key)), pos);
        return new SqlOrderBy(
                pos,
                groups,
                SqlNodeList.of(descending ? SqlStdOperatorTable.DESC.createCall(pos, extreme) : extreme),
                null,
                count);
    }

    /// SELECT key of the same rows.
    private static SqlSelect ofGroups(SqlSelect select, SqlNode key, @Nullable SqlNodeList groupBy, SqlParserPos pos) {
        return Selects.grouped(
                pos, SqlNodeList.of(TreeCopy.of(key)), copy(select.getFrom()), copy(select.getWhere()), groupBy);
    }

    private static void among(SqlSelect select, SqlNode key, SqlNode groups, SqlParserPos pos) {
        SqlNode among = SqlStdOperatorTable.IN.createCall(pos, TreeCopy.of(key), groups);
        SqlNode where = select.getWhere();
        select.setWhere(where == null ? among : SqlStdOperatorTable.AND.createCall(pos, where, among));
    }

    /// The groups of the first rows: a grouped search, where the order is that of a distance.
    private SqlNode nearest(SqlSelect select, SqlNode key, SqlNode order, SqlNode count) {
        SqlParserPos pos = count.getParserPosition();
        SqlSelect groups = ofGroups(select, key, null, pos);
        qualify(
                groups,
                List.of(TreeCopy.of(key)),
                List.of(TreeCopy.of(order)),
                SqlLiteral.createExactNumeric("1", pos));
        return new SqlOrderBy(pos, groups, SqlNodeList.of(TreeCopy.of(order)), null, count);
    }

    /// `FETCH FIRST n ROWS WITH TIES`: those that rank up to n. Changes the SELECT in place.
    ///
    /// @param select null: a set operation
    void ties(@Nullable SqlSelect select, SqlOrderBy orderBy, SqlCall fetch) {
        SqlParserPos pos = fetch.getParserPosition();
        if (select == null || select.isDistinct() || distinctOn(select) || orderBy.orderList.isEmpty()) {
            throw new QueryException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "WITH TIES takes a SELECT with ORDER BY, without DISTINCT and UNION.",
                    SqlText.offset(text, pos),
                    "SELECT * FROM (…) AS t ORDER BY … FETCH FIRST n ROWS WITH TIES.",
                    null);
        }
        SqlNode count = fetch.operand(0);
        SqlNode last = orderBy.offset == null
                ? count
                : SqlStdOperatorTable.PLUS.createCall(pos, TreeCopy.of(orderBy.offset), count);
        var names = new OutputNames(select.getSelectList());
        List<SqlNode> order = orderBy.orderList.stream().map(names::order).toList();
        qualify(select, SqlStdOperatorTable.RANK, List.of(), order, last);
    }

    private static @Nullable SqlNode copy(@Nullable SqlNode node) {
        return node == null ? null : TreeCopy.of(node);
    }

    private void qualify(SqlSelect select, List<SqlNode> keys, List<SqlNode> order, SqlNode count) {
        qualify(select, SqlStdOperatorTable.ROW_NUMBER, keys, order, count);
    }

    /// Leaves the rows whose number in the window of these keys and this order is at most the count.
    private void qualify(
            SqlSelect select, SqlOperator numbering, List<SqlNode> keys, List<SqlNode> order, SqlNode count) {
        SqlParserPos pos = count.getParserPosition();
        if (select.getQualify() != null) {
            throw new QueryException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "QUALIFY beside DISTINCT ON, PARTITIONS BY or WITH TIES is not supported.",
                    SqlText.offset(text, select.getQualify().getParserPosition()),
                    "Write the one around the other, as a subquery.",
                    null);
        }
        SqlNode window = SqlWindow.create(
                null,
                null,
                new SqlNodeList(keys, pos),
                new SqlNodeList(order, pos),
                SqlLiteral.createBoolean(false, pos),
                null,
                null,
                null,
                pos);
        SqlNode number = SqlStdOperatorTable.OVER.createCall(pos, numbering.createCall(pos), window);
        select.setQualify(SqlStdOperatorTable.LESS_THAN_OR_EQUAL.createCall(pos, number, count));
    }
}
