package io.elanus.sql.parser;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlNumericLiteral;

/// What the items of ORDER BY mean: a number or a name of a result column is that column's expression.
final class OutputNames {
    private final SqlNodeList items;

    /// @param items of SELECT
    OutputNames(SqlNodeList items) {
        this.items = items;
    }

    /// A copy of the expression that is meant, without DESC and NULLS.
    SqlNode expression(SqlNode item) {
        return switch (item.getKind()) {
            case DESCENDING, NULLS_FIRST, NULLS_LAST -> expression(((SqlCall) item).operand(0));
            default -> TreeCopy.of(meant(item));
        };
    }

    /// A copy of the order that is meant.
    SqlNode order(SqlNode item) {
        return switch (item.getKind()) {
            case DESCENDING, NULLS_FIRST, NULLS_LAST -> {
                var call = (SqlCall) item;
                yield call.getOperator().createCall(call.getParserPosition(), order(call.operand(0)));
            }
            default -> TreeCopy.of(meant(item));
        };
    }

    private SqlNode meant(SqlNode item) {
        if (item instanceof SqlNumericLiteral number && number.isInteger()) {
            int at = ((SqlLiteral) number).intValue(true);
            return at >= 1 && at <= items.size() ? value(items.get(at - 1)) : item;
        }
        if (item instanceof SqlIdentifier name && name.isSimple()) {
            for (SqlNode output : items) {
                if (output.getKind() == SqlKind.AS
                        && ((SqlIdentifier) ((SqlCall) output).operand(1))
                                .getSimple()
                                .equals(name.getSimple())) {
                    return value(output);
                }
            }
        }
        return item;
    }

    private static SqlNode value(SqlNode output) {
        return output.getKind() == SqlKind.AS ? ((SqlCall) output).operand(0) : output;
    }
}
