package io.elanus.sql.parser;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;

/// `percentile_cont(f) WITHIN GROUP (ORDER BY v DESC)` and its kin as `percentile_cont(v, f, true)`: an aggregate that
/// sorts its values itself, so that several of them may stand side by side, whatever each is ordered by.
final class OrderedSets {
    /// Names, and how many arguments each takes before WITHIN GROUP.
    private static final Map<String, Integer> ARGUMENTS = Map.of("percentile_cont", 1, "percentile_disc", 1, "mode", 0);

    private OrderedSets() {}

    static SqlCall rewrite(SqlCall withinGroup) {
        if (!(withinGroup.operand(0) instanceof SqlCall function)
                || !(withinGroup.operand(1) instanceof SqlNodeList order)) {
            return withinGroup;
        }
        String name = function.getOperator().getName().toLowerCase(Locale.ROOT);
        Integer arguments = ARGUMENTS.get(name);
        if (arguments == null) {
            return withinGroup;
        }
        if (function.operandCount() != arguments || order.size() != 1 || function.getFunctionQuantifier() != null) {
            throw new QueryException(
                    ErrorCode.SYNTAX_ERROR,
                    "Function [%s] takes [%d] arguments, and one value to order by.".formatted(name, arguments),
                    arguments == 0
                            ? "%s() WITHIN GROUP (ORDER BY value).".formatted(name)
                            : "%s(0.5) WITHIN GROUP (ORDER BY value).".formatted(name));
        }
        SqlParserPos pos = withinGroup.getParserPosition();
        var operands = new ArrayList<SqlNode>();
        boolean descending = false;
        SqlNode value = order.get(0);
        while (value.getKind() == SqlKind.DESCENDING
                || value.getKind() == SqlKind.NULLS_FIRST
                || value.getKind() == SqlKind.NULLS_LAST) {
            descending |= value.getKind() == SqlKind.DESCENDING;
            value = ((SqlCall) value).operand(0);
        }
        operands.add(value);
        function.getOperandList().forEach(fraction -> operands.add(fraction(fraction)));
        operands.add(SqlLiteral.createBoolean(descending, pos));
        return FunctionForms.function(name, pos, operands);
    }

    private static SqlNode fraction(SqlNode fraction) {
        if (!(fraction instanceof SqlDynamicParam)) {
            return fraction;
        }
        SqlParserPos pos = fraction.getParserPosition();
        var number = new SqlDataTypeSpec(new SqlBasicTypeNameSpec(SqlTypeName.DOUBLE, pos), pos);
        return SqlStdOperatorTable.CAST.createCall(pos, List.of(fraction, number));
    }
}
