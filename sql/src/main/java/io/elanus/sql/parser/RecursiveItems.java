package io.elanus.sql.parser;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlUnresolvedFunction;
import org.apache.calcite.sql.SqlWith;
import org.apache.calcite.sql.SqlWithItem;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.jspecify.annotations.Nullable;

/// WITH RECURSIVE: says which of its queries are recursive, and refuses those that nobody can run. A recursive one
/// is `first UNION [ALL] step`, where only the step reads the query itself, and once.
final class RecursiveItems {
    /// A value that may be NULL, whatever is known of it: rows of the step come under the columns of the first part.
    static final String NULLABLE = "$nullable";

    private final String text;

    /// @param text that positions refer to
    RecursiveItems(String text) {
        this.text = text;
    }

    SqlWith apply(SqlWith with) {
        var items = new SqlNodeList(with.withList.getParserPosition());
        with.withList.forEach(item -> items.add(apply((SqlWithItem) item)));
        return new SqlWith(with.getParserPosition(), items, with.body);
    }

    private SqlWithItem apply(SqlWithItem item) {
        if (!item.recursive.booleanValue()) {
            return item;
        }
        String name = item.name.getSimple();
        if (references(item.query, name).isEmpty()) {
            return new SqlWithItem(
                    item.getParserPosition(),
                    item.name,
                    item.columnList,
                    item.query,
                    SqlLiteral.createBoolean(false, item.getParserPosition()));
        }
        if (item.query.getKind() != SqlKind.UNION || ((SqlCall) item.query).operandCount() != 2) {
            throw refused(
                    "Query [%s] reads itself and is not of the form: first query, UNION or UNION ALL, next query."
                            .formatted(name),
                    item.query,
                    "Write (first query) UNION ALL (query of %s), without ORDER BY and LIMIT around.".formatted(name));
        }
        var union = (SqlBasicCall) item.query;
        List<SqlIdentifier> first = references(union.operand(0), name);
        if (!first.isEmpty()) {
            throw refused(
                    "Query [%s] reads itself before the last UNION.".formatted(name),
                    first.getFirst(),
                    "Only what stands behind the last UNION may read it.");
        }
        List<SqlIdentifier> step = references(union.operand(1), name);
        if (step.size() > 1) {
            throw refused(
                    "Query [%s] reads itself twice, which makes the recursion not linear.".formatted(name),
                    step.get(1),
                    "Read it once, and join what else is needed.");
        }
        union.setOperand(0, nullable(union.operand(0)));
        return item;
    }

    private QueryException refused(String message, SqlNode at, String hint) {
        return new QueryException(
                ErrorCode.INVALID_RECURSION, message, SqlText.offset(text, at.getParserPosition()), hint, null);
    }

    /// Where FROM clauses name it.
    private static List<SqlIdentifier> references(SqlNode query, String name) {
        var found = new ArrayList<SqlIdentifier>();
        query.accept(new SqlBasicVisitor<Void>() {
            @Override
            public @Nullable Void visit(SqlCall call) {
                if (call instanceof SqlSelect select) {
                    from(select.getFrom());
                }
                return super.visit(call);
            }

            private void from(@Nullable SqlNode node) {
                switch (node) {
                    case null -> {}
                    case SqlIdentifier table -> {
                        if (table.isSimple() && table.getSimple().equals(name)) {
                            found.add(table);
                        }
                    }
                    case SqlJoin join -> {
                        from(join.getLeft());
                        from(join.getRight());
                    }
                    case SqlCall call -> {
                        if (call.getKind() == SqlKind.AS
                                || call.getKind() == SqlKind.TABLE_REF
                                || call.getKind() == SqlKind.LATERAL) {
                            from(call.operand(0));
                        }
                    }
                    default -> {}
                }
            }
        });
        return found;
    }

    private static SqlNode nullable(SqlNode first) {
        switch (first) {
            case SqlSelect select -> {
                var items = new SqlNodeList(select.getSelectList().getParserPosition());
                select.getSelectList().forEach(item -> items.add(nullableItem(item)));
                select.setSelectList(items);
            }
            case SqlBasicCall union
            when union.getKind() == SqlKind.UNION -> union.setOperand(0, nullable(union.operand(0)));
            default -> {}
        }
        return first;
    }

    /// A star stays: its columns are as the tables declare them.
    private static SqlNode nullableItem(SqlNode item) {
        SqlParserPos pos = item.getParserPosition();
        if (item instanceof SqlIdentifier name) {
            return name.isStar()
                    ? name
                    : SqlStdOperatorTable.AS.createCall(pos, call(name), new SqlIdentifier(name.names.getLast(), pos));
        }
        if (item.getKind() == SqlKind.AS) {
            var as = (SqlCall) item;
            return SqlStdOperatorTable.AS.createCall(pos, call(as.operand(0)), as.operand(1));
        }
        return call(item);
    }

    private static SqlNode call(SqlNode value) {
        SqlParserPos pos = value.getParserPosition();
        return new SqlUnresolvedFunction(
                        new SqlIdentifier(NULLABLE, pos),
                        null,
                        null,
                        null,
                        null,
                        SqlFunctionCategory.USER_DEFINED_FUNCTION)
                .createCall(pos, value);
    }
}
