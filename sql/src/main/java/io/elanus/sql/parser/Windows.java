package io.elanus.sql.parser;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.tree.GroupsFrame;
import io.elanus.storage.ErrorCode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.SqlWindow;
import org.apache.calcite.sql.fun.SqlCase;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/// What Calcite's windows lack: FILTER before OVER, and GROUPS frames.
public final class Windows {
    /// Added to an offset of a frame that counts groups of peers: such a frame is of ROWS as far as Calcite knows,
    /// and no partition has so many.
    public static final long GROUPS = 1L << 62;

    private static final int FRAME_KIND = 4;

    /// Aggregates that pass over NULLs.
    private static final Set<String> FILTERED = Set.of(
            "count",
            "sum",
            "avg",
            "min",
            "max",
            "stddev",
            "stddev_pop",
            "stddev_samp",
            "variance",
            "var_pop",
            "var_samp",
            "bool_and",
            "bool_or",
            "every",
            "bit_and",
            "bit_or",
            "bit_xor",
            "string_agg",
            "corr",
            "covar_pop",
            "covar_samp",
            "regr_count",
            "regr_avgx",
            "regr_avgy",
            "regr_sxx",
            "regr_syy",
            "regr_sxy",
            "regr_slope",
            "regr_intercept",
            "regr_r2");

    private Windows() {}

    /// `f(x) FILTER (WHERE c) OVER w` as `f(CASE WHEN c THEN x END) OVER w`.
    static SqlCall rewrite(SqlCall over) {
        SqlNode function = over.operand(0);
        if (function instanceof SqlCall filter && filter.getKind() == SqlKind.FILTER) {
            SqlNode plain = filtered(filter.operand(0), filter.operand(1));
            return over.getOperator().createCall(over.getParserPosition(), plain, over.operand(1));
        }
        return over;
    }

    private static SqlCall filtered(SqlCall aggregate, SqlNode condition) {
        String name = aggregate.getOperator().getName().toLowerCase(Locale.ROOT);
        if (!FILTERED.contains(name)) {
            throw new QueryException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "FILTER of the window function [%s] is not supported.".formatted(name),
                    "Write the condition into its argument, with CASE.");
        }
        SqlParserPos pos = aggregate.getParserPosition();
        var operands = new ArrayList<@Nullable SqlNode>(aggregate.getOperandList());
        SqlNode value = aggregate.operand(0);
        boolean rows = value instanceof SqlIdentifier identifier && identifier.isStar();
        operands.set(0, when(condition, rows ? SqlLiteral.createExactNumeric("1", pos) : value, pos));
        return aggregate.getOperator().createCall(aggregate.getFunctionQuantifier(), pos, operands);
    }

    private static SqlNode when(SqlNode condition, SqlNode value, SqlParserPos pos) {
        return new SqlCase(
                pos,
                null,
                new SqlNodeList(List.of(condition), pos),
                new SqlNodeList(List.of(value), pos),
                SqlLiteral.createNull(pos));
    }

    /// A GROUPS frame without offsets is one of RANGE.
    static SqlWindow frame(SqlWindow window) {
        List<SqlNode> parts = window.getOperandList();
        if (!(parts.get(FRAME_KIND) instanceof GroupsFrame)) {
            return window;
        }
        SqlNode lower = marked(window.getLowerBound());
        SqlNode upper = marked(window.getUpperBound());
        boolean offsets = lower != window.getLowerBound() || upper != window.getUpperBound();
        return SqlWindow.create(
                window.getDeclName(),
                window.getRefName(),
                window.getPartitionList(),
                window.getOrderList(),
                SqlLiteral.createBoolean(offsets, window.getParserPosition()),
                lower,
                upper,
                null,
                window.getExclude(),
                window.getParserPosition());
    }

    private static @Nullable SqlNode marked(@Nullable SqlNode bound) {
        if (!(bound instanceof SqlCall call) || call.operandCount() != 1) {
            return bound;
        }
        SqlParserPos pos = call.getParserPosition();
        BigDecimal offset = call.operand(0) instanceof SqlNumericLiteral literal ? literal.bigDecimalValue() : null;
        if (offset == null || offset.scale() > 0 || offset.compareTo(BigDecimal.valueOf(GROUPS)) >= 0) {
            throw new QueryException(
                    ErrorCode.INVALID_PARAMETER, "The offset of a GROUPS frame is a whole number, written as such.");
        }
        String marked = offset.add(BigDecimal.valueOf(GROUPS)).toPlainString();
        return call.getOperator().createCall(pos, SqlLiteral.createExactNumeric(marked, pos));
    }
}
