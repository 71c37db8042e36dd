package io.elanus.sql.parser;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlIntervalQualifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.util.SqlVisitor;

/// How large a statement is once the planner has written out what stands for more than it says: COALESCE, NULLIF and
/// BETWEEN name an operand twice, and so does a truth value that becomes a number (`(a = b) = 1`). Within one another
/// they double each time, and forty of them would keep a planner busy for good. Counts, and changes nothing.
final class Expansion implements SqlVisitor<Long> {
    /// Nodes beyond those that were written.
    private static final long MOST = 50_000;
    /// Far beyond what is refused, and so low that no sum over a statement's nodes overflows.
    private static final long CEILING = 1L << 40;

    /// Take truth values as they are.
    private static final Set<SqlKind> LOGICAL = EnumSet.of(
            SqlKind.AND,
            SqlKind.OR,
            SqlKind.NOT,
            SqlKind.CASE,
            SqlKind.EXISTS,
            SqlKind.AS,
            SqlKind.IS_NULL,
            SqlKind.IS_NOT_NULL,
            SqlKind.IS_TRUE,
            SqlKind.IS_NOT_TRUE,
            SqlKind.IS_FALSE,
            SqlKind.IS_NOT_FALSE);

    private static final Set<SqlKind> TRUTH = EnumSet.copyOf(SqlKind.COMPARISON);

    static {
        TRUTH.addAll(LOGICAL);
        TRUTH.removeAll(EnumSet.of(SqlKind.CASE, SqlKind.AS));
        TRUTH.addAll(EnumSet.of(SqlKind.BETWEEN, SqlKind.LIKE, SqlKind.IN, SqlKind.NOT_IN));
    }

    private long written;

    private Expansion() {}

    static void check(SqlNode statement) {
        var expansion = new Expansion();
        if (statement.accept(expansion) - expansion.written > MOST) {
            throw new QueryException(
                    ErrorCode.STATEMENT_TOO_COMPLEX,
                    "COALESCE, NULLIF, BETWEEN or comparisons of truth values stand too deep within one another.",
                    "Split it into several statements, or name the inner values in WITH.");
        }
    }

    @Override
    public Long visit(SqlCall call) {
        written++;
        long size = 1;
        int count = call.operandCount();
        for (int i = 0; i < count; i++) {
            SqlNode operand = call.getOperandList().get(i);
            if (operand != null) {
                size += operand.accept(this) * times(call, i, operand);
            }
        }
        return Math.min(size, CEILING);
    }

    private static int times(SqlCall call, int index, SqlNode operand) {
        boolean cast = SqlKind.EXPRESSION.contains(call.getKind())
                && !LOGICAL.contains(call.getKind())
                && TRUTH.contains(operand.getKind());
        boolean again = switch (call.getOperator().getName().toUpperCase(Locale.ROOT)) {
            case "COALESCE" -> index < call.operandCount() - 1;
            case "NULLIF", "BETWEEN", "NOT BETWEEN" -> index == 0;
            default -> false;
        };
        return (cast ? 2 : 1) * (again ? 2 : 1);
    }

    @Override
    public Long visit(SqlNodeList list) {
        long size = 0;
        for (SqlNode node : list) {
            if (node != null) {
                size += node.accept(this);
            }
        }
        return Math.min(size, CEILING);
    }

    private Long one() {
        written++;
        return 1L;
    }

    @Override
    public Long visit(SqlLiteral literal) {
        return one();
    }

    @Override
    public Long visit(SqlIdentifier identifier) {
        return one();
    }

    @Override
    public Long visit(SqlDataTypeSpec type) {
        return one();
    }

    @Override
    public Long visit(SqlDynamicParam parameter) {
        return one();
    }

    @Override
    public Long visit(SqlIntervalQualifier qualifier) {
        return one();
    }
}
