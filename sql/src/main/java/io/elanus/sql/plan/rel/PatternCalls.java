package io.elanus.sql.plan.rel;

import static io.elanus.storage.filter.Operator.*;

import io.elanus.sql.type.Types;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.List;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.sql.SqlKind;

/// LIKE, SIMILAR TO and regular expressions, and that a text does not match them.
final class PatternCalls {
    private static final Expr LIKE_ESCAPE = ExprTranslator.text("\\");

    private PatternCalls() {}

    static Expr like(RexCall call, ExprTranslator exprs) {
        String name = call.getOperator().getName();
        Operator operator = name.endsWith("ILIKE") ? ILIKE : LIKE;
        Expr escape = call.operands.size() > 2 ? exprs.of(call.operands.get(2)) : LIKE_ESCAPE;
        var arguments = List.of(
                exprs.cast(call.operands.get(0), Types.TEXT), exprs.cast(call.operands.get(1), Types.TEXT), escape);
        Expr like = new Expr.Call(operator, arguments, Simple.BOOLEAN);
        return name.startsWith("NOT") ? new Expr.Call(NOT, List.of(like), Simple.BOOLEAN) : like;
    }

    static Expr similar(RexCall call, ExprTranslator exprs) {
        Expr similar = new Expr.Call(
                SIMILAR,
                call.operands.stream()
                        .map(operand -> exprs.cast(operand, Types.TEXT))
                        .toList(),
                Simple.BOOLEAN);
        boolean negated = call.getOperator().getName().startsWith("NOT");
        return negated ? new Expr.Call(NOT, List.of(similar), Simple.BOOLEAN) : similar;
    }

    static Expr regex(RexCall call, ExprTranslator exprs) {
        Expr pattern = exprs.cast(call.operands.get(1), Types.TEXT);
        if (call.getKind() == SqlKind.POSIX_REGEX_CASE_INSENSITIVE) {
            pattern = ExprTranslator.fold(
                    new Expr.Call(CONCAT, List.of(ExprTranslator.text("(?i)"), pattern), Types.TEXT));
        }
        Expr matches = new Expr.Call(
                REGEXP_LIKE, List.of(exprs.cast(call.operands.get(0), Types.TEXT), pattern), Simple.BOOLEAN);
        boolean negated = call.getOperator().getName().startsWith("NEGATED")
                || call.getOperator().getName().startsWith("NOT");
        return negated ? new Expr.Call(NOT, List.of(matches), Simple.BOOLEAN) : matches;
    }
}
