package io.elanus.sql.parser;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIntervalQualifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;

/// `age(x)`, which counts from today's midnight, and `EXTRACT(YEAR FROM age(…))`: an age is a text, so its fields
/// are a function of the two times.
final class Ages {
    private Ages() {}

    static SqlCall rewrite(SqlCall call) {
        SqlParserPos pos = call.getParserPosition();
        if (age(call)) {
            return call.operandCount() == 1 ? FunctionForms.function("age", pos, times(call)) : call;
        }
        if (call.operandCount() != 2 || !(call.operand(1) instanceof SqlCall age) || !age(age)) {
            return call;
        }
        var operands = new ArrayList<SqlNode>();
        operands.add(
                call.operand(0) instanceof SqlIntervalQualifier unit
                        ? SqlLiteral.createCharString(field(unit), pos)
                        : call.operand(0));
        operands.addAll(times(age));
        return FunctionForms.function("$age_field", pos, operands);
    }

    private static String field(SqlIntervalQualifier unit) {
        String name = unit.timeFrameName == null ? unit.getStartUnit().name() : unit.timeFrameName;
        return name.toLowerCase(Locale.ROOT);
    }

    private static boolean age(SqlCall call) {
        return call.getKind() == SqlKind.OTHER_FUNCTION
                && call.getOperator().getName().equalsIgnoreCase("age")
                && (call.operandCount() == 1 || call.operandCount() == 2);
    }

    private static List<SqlNode> times(SqlCall age) {
        SqlParserPos pos = age.getParserPosition();
        return age.operandCount() == 1
                ? List.of(FunctionForms.function("current_date", pos, List.of()), age.operand(0))
                : age.getOperandList();
    }
}
