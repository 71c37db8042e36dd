package io.elanus.sql.parser;

import java.util.Objects;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.util.SqlShuttle;
import org.jspecify.annotations.Nullable;

/// Copies of trees: the validator knows nodes by identity, so none may stand in two places.
public final class TreeCopy extends SqlShuttle {
    private TreeCopy() {}

    public static SqlNode of(SqlNode node) {
        return Objects.requireNonNull(node.accept(new TreeCopy()));
    }

    @Override
    public @Nullable SqlNode visit(SqlIdentifier id) {
        return id.clone(id.getParserPosition());
    }

    @Override
    public @Nullable SqlNode visit(SqlCall call) {
        var copied = new CallCopyingArgHandler(call, true);
        call.getOperator().acceptCall(this, call, false, copied);
        return copied.result();
    }

    @Override
    public @Nullable SqlNode visit(SqlNodeList list) {
        var copied = new SqlNodeList(list.getParserPosition());
        list.forEach(node -> copied.add(node == null ? null : of(node)));
        return copied;
    }
}
