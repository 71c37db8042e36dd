package io.elanus.sql.plan.rel;

import io.elanus.sql.catalog.Functions;
import org.apache.calcite.avatica.util.TimeUnit;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlIntervalQualifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.sql.validate.SelectNamespace;
import org.apache.calcite.sql.validate.SqlMonotonicity;
import org.apache.calcite.sql.validate.SqlValidatorImpl;
import org.apache.calcite.sql.validate.SqlValidatorScope;
import org.jspecify.annotations.Nullable;

/// Calcite's validator and what PostgreSQL computes with times beyond the standard: `date + 3`, `date - date` in
/// days, `date + interval` as a TIMESTAMP, `timestamp - timestamp` as an interval. Looks at every expression whether
/// anybody still waits for the plan.
final class QueryValidator extends SqlValidatorImpl {
    /// Rewriting writes out what stands for more than it says; nobody writes statements of this size.
    private static final int MOST_REWRITTEN = 4_000_000;

    private static final SqlOperator ADD_DAYS = Functions.INSTANCE.only("$ADD_DAYS");

    private int rewritten;
    private @Nullable SqlNode lookedAt;

    QueryValidator(CalciteCatalogReader reader, RelDataTypeFactory types) {
        super(Functions.INSTANCE, reader, types, QueryPlanner.VALIDATION);
    }

    @Override
    @SuppressWarnings("NullAway") // Calcite's own annotations are of another kind
    protected @Nullable SqlNode performUnconditionalRewrites(@Nullable SqlNode node, boolean underFrom) {
        Interruption.check();
        if (++rewritten > MOST_REWRITTEN) {
            throw PlanSize.tooLarge();
        }
        return super.performUnconditionalRewrites(node, underFrom);
    }

    /// The expression whose type was asked for last: where an error is that says no place.
    @Nullable
    SqlNode lookedAt() {
        return lookedAt;
    }

    /// Whether a column grows from row to row matters to streams only, and to answer it Calcite looks through every
    /// query below for each use of a column: what uses one twice would double with every query around it.
    @Override
    protected SelectNamespace createSelectNamespace(SqlSelect select, SqlNode enclosing) {
        return new SelectNamespace(this, select, enclosing) {
            @Override
            public SqlMonotonicity getMonotonicity(String column) {
                return SqlMonotonicity.NOT_MONOTONIC;
            }
        };
    }

    @Override
    public RelDataType deriveType(SqlValidatorScope scope, SqlNode node) {
        Interruption.check();
        lookedAt = node;
        if (node instanceof SqlBasicCall call
                && (call.getKind() == SqlKind.PLUS || call.getKind() == SqlKind.MINUS)
                && call.operandCount() == 2
                && getValidatedNodeTypeIfKnown(call) == null) {
            computeTimes(call, deriveType(scope, call.operand(0)), deriveType(scope, call.operand(1)));
        }
        return super.deriveType(scope, node);
    }

    /// Changes the operands, so that operator and result are those of the standard.
    private static void computeTimes(SqlBasicCall call, RelDataType left, RelDataType right) {
        boolean minus = call.getKind() == SqlKind.MINUS;
        if (SqlTypeUtil.isDate(left) && SqlTypeUtil.isIntType(right)) {
            addDays(call, call.operand(0), minus ? negated(call.operand(1)) : call.operand(1));
        } else if (!minus && SqlTypeUtil.isIntType(left) && SqlTypeUtil.isDate(right)) {
            addDays(call, call.operand(1), call.operand(0));
        } else if (SqlTypeUtil.isDate(left) && SqlTypeUtil.isInterval(right)) {
            call.setOperand(0, timestamp(call.operand(0)));
        } else if (!minus && SqlTypeUtil.isInterval(left) && SqlTypeUtil.isDate(right)) {
            call.setOperand(1, timestamp(call.operand(1)));
        } else if (minus && SqlTypeUtil.isDate(left) && SqlTypeUtil.isDate(right)) {
            SqlParserPos pos = call.getParserPosition();
            var unit = new SqlIntervalQualifier(TimeUnit.DAY, null, pos);
            SqlNode days = SqlStdOperatorTable.TIMESTAMP_DIFF.createCall(pos, unit, call.operand(1), call.operand(0));
            call.setOperand(0, days);
            call.setOperand(1, SqlLiteral.createExactNumeric("0", pos));
        } else if (minus && isMoment(left) && isMoment(right)) {
            SqlParserPos pos = call.getParserPosition();
            var unit = new SqlIntervalQualifier(TimeUnit.DAY, TimeUnit.SECOND, pos);
            SqlNode between = SqlStdOperatorTable.MINUS_DATE.createCall(pos, call.operand(0), call.operand(1), unit);
            call.setOperand(0, between);
            call.setOperand(1, SqlLiteral.createInterval(1, "0 0:0:0", unit, pos));
        }
    }

    /// A DATE again, where a DATE and an interval would be a TIMESTAMP.
    private static void addDays(SqlBasicCall call, SqlNode date, SqlNode days) {
        call.setOperator(ADD_DAYS);
        call.setOperand(0, date);
        call.setOperand(1, days);
    }

    private static SqlNode negated(SqlNode count) {
        return SqlStdOperatorTable.UNARY_MINUS.createCall(count.getParserPosition(), count);
    }

    private static SqlNode timestamp(SqlNode date) {
        SqlParserPos pos = date.getParserPosition();
        var type = new SqlDataTypeSpec(new SqlBasicTypeNameSpec(SqlTypeName.TIMESTAMP, pos), pos);
        return SqlStdOperatorTable.CAST.createCall(pos, date, type);
    }

    private static boolean isMoment(RelDataType type) {
        SqlTypeName name = type.getSqlTypeName();
        return name == SqlTypeName.TIMESTAMP
                || name == SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE
                || name == SqlTypeName.TIMESTAMP_TZ;
    }
}
