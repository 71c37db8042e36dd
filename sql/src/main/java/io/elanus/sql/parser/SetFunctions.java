package io.elanus.sql.parser;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.calcite.sql.JoinConditionType;
import org.apache.calcite.sql.JoinType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlIntervalLiteral;
import org.apache.calcite.sql.SqlIntervalQualifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlUnresolvedFunction;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.parser.SqlParserUtil;
import org.jspecify.annotations.Nullable;

/// Functions that return rows, such as GENERATE_SERIES: each is UNNEST of a function that returns an array. In FROM
/// the alias names the column too; among the items of SELECT several go in step, as in PostgreSQL.
final class SetFunctions {
    private static final long MICROS_PER_MILLI = 1_000;
    private static final String ITEMS = "$items";

    /// Names, and the functions of arrays behind them.
    private static final Map<String, String> ARRAYS = Map.of(
            "generate_series", "$series",
            "string_to_table", "string_to_array",
            "regexp_split_to_table", "regexp_split_to_array");

    private SetFunctions() {}

    private static String name(SqlCall call) {
        return call.getOperator().getName().toLowerCase(Locale.ROOT);
    }

    private static @Nullable SqlCall asFunction(@Nullable SqlNode node) {
        return node instanceof SqlCall call && ARRAYS.containsKey(name(call)) ? call : null;
    }

    /// The function of an item of FROM; null for any other item.
    private static @Nullable SqlCall asTable(SqlNode item) {
        SqlNode node = item;
        while (node.getKind() == SqlKind.LATERAL || node.getKind() == SqlKind.COLLECTION_TABLE) {
            node = ((SqlCall) node).operand(0);
        }
        return node == item ? null : asFunction(node);
    }

    /// An item of FROM, perhaps with its alias.
    static SqlCall rewrite(SqlCall item) {
        refuseValues(item);
        SqlCall function = asTable(item);
        if (function != null) {
            return named(function, new SqlIdentifier(name(function), item.getParserPosition()), item);
        }
        SqlCall aliased = item.getKind() == SqlKind.AS ? asTable(item.operand(0)) : null;
        if (aliased == null) {
            return item;
        }
        SqlNode alias = item.operand(1);
        if (item.operandCount() == 2) {
            return named(aliased, alias, item);
        }
        var operands = new ArrayList<>(item.getOperandList());
        operands.set(0, unnest(List.of(array(aliased)), item.getParserPosition()));
        return item.getOperator().createCall(item.getParserPosition(), operands);
    }

    /// The grammar takes any function for a table; those that do return rows and are not of this class have an
    /// operator from the grammar on.
    private static void refuseValues(SqlCall item) {
        if (item.getKind() == SqlKind.COLLECTION_TABLE
                && item.operand(0) instanceof SqlCall function
                && function.getOperator() instanceof SqlUnresolvedFunction
                && !ARRAYS.containsKey(name(function))
                && FileFunctions.format(name(function)) == null) {
            throw new QueryException(
                    ErrorCode.UNDEFINED_FUNCTION,
                    "Function [%s] does not return rows.".formatted(name(function)),
                    "Write it among the items of SELECT. Rows come from UNNEST, GENERATE_SERIES and their kin.");
        }
    }

    private static SqlCall named(SqlCall function, SqlNode alias, SqlNode at) {
        SqlParserPos pos = at.getParserPosition();
        return SqlStdOperatorTable.AS.createCall(pos, unnest(List.of(array(function)), pos), alias, alias);
    }

    private static SqlCall unnest(List<SqlNode> arrays, SqlParserPos pos) {
        return SqlStdOperatorTable.UNNEST.createCall(pos, arrays);
    }

    private static SqlNode array(SqlCall function) {
        if (function.operandCount() == 3 && function.operand(2) instanceof SqlIntervalLiteral step) {
            return times(function, step);
        }
        return call(
                Objects.requireNonNull(ARRAYS.get(name(function))),
                function.getParserPosition(),
                function.getOperandList());
    }

    private static SqlNode times(SqlCall series, SqlIntervalLiteral step) {
        var interval = step.getValueAs(SqlIntervalLiteral.IntervalValue.class);
        SqlIntervalQualifier unit = interval.getIntervalQualifier();
        boolean months = unit.isYearMonth();
        long amount = months
                ? SqlParserUtil.intervalToMonths(interval)
                : Math.multiplyExact(SqlParserUtil.intervalToMillis(interval), MICROS_PER_MILLI);
        SqlParserPos pos = series.getParserPosition();
        return call(
                months ? "$month_series" : "$time_series",
                pos,
                List.of(
                        series.operand(0),
                        series.operand(1),
                        SqlLiteral.createExactNumeric(Long.toString(amount), pos)));
    }

    private static SqlCall call(String name, SqlParserPos pos, List<SqlNode> operands) {
        return new SqlUnresolvedFunction(
                        new SqlIdentifier(name, pos), null, null, null, null, SqlFunctionCategory.USER_DEFINED_FUNCTION)
                .createCall(pos, operands);
    }

    /// `SELECT a, f(…) FROM t` as `SELECT a, $items.f FROM t, UNNEST(…) AS $items(f)`.
    static void select(SqlSelect select) {
        var items = new ArrayList<SqlNode>();
        var arrays = new ArrayList<SqlNode>();
        var columns = new ArrayList<SqlNode>();
        for (SqlNode item : select.getSelectList()) {
            boolean aliased = item.getKind() == SqlKind.AS;
            SqlCall function = asFunction(aliased ? ((SqlCall) item).operand(0) : item);
            if (function == null) {
                items.add(item);
                continue;
            }
            SqlParserPos pos = item.getParserPosition();
            var column = new SqlIdentifier(ITEMS + columns.size(), pos);
            SqlNode alias = aliased ? ((SqlCall) item).operand(1) : new SqlIdentifier(name(function), pos);
            arrays.add(array(function));
            columns.add(column);
            items.add(SqlStdOperatorTable.AS.createCall(
                    pos, new SqlIdentifier(List.of(ITEMS, column.getSimple()), pos), alias));
        }
        if (arrays.isEmpty()) {
            return;
        }
        if (select.getGroup() != null || select.getHaving() != null) {
            throw new QueryException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "A function that returns rows is not supported beside GROUP BY.",
                    "Write it in FROM.");
        }
        SqlParserPos pos = select.getParserPosition();
        var operands = new ArrayList<SqlNode>();
        operands.add(unnest(arrays, pos));
        operands.add(new SqlIdentifier(ITEMS, pos));
        operands.addAll(columns);
        SqlNode rows = SqlStdOperatorTable.AS.createCall(pos, operands);
        SqlNode from = select.getFrom();
        select.setFrom(
                from == null
                        ? rows
                        : new SqlJoin(
                                pos,
                                from,
                                SqlLiteral.createBoolean(false, pos),
                                JoinType.COMMA.symbol(pos),
                                rows,
                                JoinConditionType.NONE.symbol(pos),
                                null));
        select.setSelectList(new SqlNodeList(items, select.getSelectList().getParserPosition()));
    }
}
