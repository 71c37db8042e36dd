package io.elanus.sql.parser;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperator;

/// Chains of AND and of OR. The grammar makes `a OR b OR c …` a tree as deep as the chain is long, and everything
/// behind it recurses over that; a balanced tree means the same and is as deep as the logarithm.
final class Chains {
    private Chains() {}

    static boolean of(SqlCall call) {
        return call instanceof SqlBasicCall
                && (call.getKind() == SqlKind.AND || call.getKind() == SqlKind.OR)
                && call.operandCount() == 2
                && call.getOperandList().stream().anyMatch(operand -> operand.getKind() == call.getKind());
    }

    /// What the chain joins, from left to right.
    static List<SqlNode> terms(SqlCall chain) {
        var terms = new ArrayList<SqlNode>();
        Deque<SqlNode> open = new ArrayDeque<>();
        open.push(chain);
        while (!open.isEmpty()) {
            SqlNode node = open.pop();
            if (node instanceof SqlBasicCall call && call.getKind() == chain.getKind() && call.operandCount() == 2) {
                open.push(call.operand(1));
                open.push(call.operand(0));
            } else {
                terms.add(node);
            }
        }
        return terms;
    }

    static SqlNode balanced(SqlOperator operator, List<SqlNode> terms) {
        if (terms.size() == 1) {
            return terms.getFirst();
        }
        SqlNode left = balanced(operator, terms.subList(0, terms.size() / 2));
        SqlNode right = balanced(operator, terms.subList(terms.size() / 2, terms.size()));
        return operator.createCall(left.getParserPosition().plus(right.getParserPosition()), left, right);
    }
}
