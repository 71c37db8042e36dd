package io.elanus.sql.dml;

import io.elanus.sql.dml.ChangePlan.MergeAction;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.TreeCopy;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.sql.parser.tree.Statement.MergeKind;
import io.elanus.sql.plan.rel.PlannedQuery;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.sql.JoinConditionType;
import org.apache.calcite.sql.JoinType;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.fun.SqlCase;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;

/// Plans MERGE as one query, `source LEFT JOIN table ON condition`: of each pair the key of the table's row, the
/// number of the first WHEN that takes it, the values of each WHEN (NULL where another was taken, so that nothing is
/// computed for it), and what the row held in the columns that the statement reads.
final class MergePlanner {
    private static final SqlParserPos NOWHERE = SqlParserPos.ZERO;

    private final ChangePlanner changes;
    private final ChangeQueries queries;
    private final Statement.Merge merge;
    private final TableSchema table;

    MergePlanner(ChangePlanner changes, ChangeQueries queries, Statement.Merge merge, TableSchema table) {
        this.changes = changes;
        this.queries = queries;
        this.merge = merge;
        this.table = table;
    }

    /// The query, and what becomes of its rows.
    ///
    /// @param read ordinals of the columns whose old values stand at the end of its rows
    record Merged(PlannedQuery rows, List<MergeAction> actions, List<Integer> read) {}

    Merged plan() {
        List<Column> read =
                ChangePlanner.visible(table).stream().filter(this::reads).toList();
        var items = new ArrayList<SqlNode>();
        items.add(key());
        items.add(action());
        var actions = new ArrayList<MergeAction>();
        for (int i = 0; i < merge.actions().size(); i++) {
            actions.add(action(merge.actions().get(i), i + 1, items));
        }
        read.forEach(column -> items.add(column(column)));
        PlannedQuery rows = queries.rows(table, items, joined());
        List<Integer> ordinals =
                read.stream().map(column -> table.ordinal(column.id())).toList();
        return new Merged(rows, actions, ordinals);
    }

    private boolean reads(Column column) {
        var nodes = new ArrayList<SqlNode>();
        nodes.add(merge.source());
        nodes.add(merge.condition());
        for (Statement.MergeAction action : merge.actions()) {
            nodes.addAll(action.values());
            if (action.condition() != null) {
                nodes.add(action.condition());
            }
        }
        return nodes.stream().anyMatch(node -> ChangeQueries.names(node, column));
    }

    private SqlNode key() {
        return column(table.keyColumn());
    }

    private SqlNode column(Column column) {
        return new SqlIdentifier(List.of(merge.target().name(), column.name()), NOWHERE);
    }

    private SqlNode joined() {
        return new SqlJoin(
                NOWHERE,
                merge.source(),
                SqlLiteral.createBoolean(false, NOWHERE),
                JoinType.LEFT.symbol(NOWHERE),
                ChangeQueries.named(table, merge.target().name()),
                JoinConditionType.ON.symbol(NOWHERE),
                merge.condition());
    }

    /// The number of the WHEN that takes the pair, from 1; 0: none.
    private SqlNode action() {
        var whens = new ArrayList<SqlNode>();
        var thens = new ArrayList<SqlNode>();
        for (Statement.MergeAction action : merge.actions()) {
            SqlNode here = (action.matched() ? SqlStdOperatorTable.IS_NOT_NULL : SqlStdOperatorTable.IS_NULL)
                    .createCall(NOWHERE, key());
            whens.add(
                    action.condition() == null
                            ? here
                            : SqlStdOperatorTable.AND.createCall(NOWHERE, here, TreeCopy.of(action.condition())));
            thens.add(number(whens.size()));
        }
        return cases(whens, thens, number(0));
    }

    private static SqlNode number(int value) {
        return SqlLiteral.createExactNumeric(Integer.toString(value), NOWHERE);
    }

    private static SqlNode cases(List<SqlNode> whens, List<SqlNode> thens, SqlNode otherwise) {
        return new SqlCase(NOWHERE, null, new SqlNodeList(whens, NOWHERE), new SqlNodeList(thens, NOWHERE), otherwise);
    }

    private MergeAction action(Statement.MergeAction action, int number, List<SqlNode> items) {
        if (!action.matched() && (action.kind() == MergeKind.UPDATE || action.kind() == MergeKind.DELETE)) {
            throw error(
                    action, "A row that has no match cannot be changed: WHEN NOT MATCHED takes INSERT or DO NOTHING.");
        }
        if (action.matched() && action.kind() == MergeKind.INSERT) {
            throw error(
                    action, "A row that has a match is not inserted: WHEN MATCHED takes UPDATE, DELETE or DO NOTHING.");
        }
        List<Column> columns = action.kind() == MergeKind.INSERT
                ? changes.targets(table, action.columns())
                : changes.assigned(table, action.columns());
        if (columns.size() != action.values().size()) {
            throw error(
                    action,
                    "INSERT has [%d] values for [%d] columns."
                            .formatted(action.values().size(), columns.size()));
        }
        var places = new ArrayList<Integer>();
        for (int i = 0; i < columns.size(); i++) {
            SqlNode value = action.values().get(i);
            if (value.getKind() == SqlKind.DEFAULT) {
                places.add(MergeAction.DEFAULT);
            } else {
                places.add(items.size());
                SqlNode taken = SqlStdOperatorTable.EQUALS.createCall(NOWHERE, action(), number(number));
                SqlNode typed = ChangeQueries.typed(value, columns.get(i).type());
                items.add(cases(List.of(taken), List.of(typed), SqlLiteral.createNull(NOWHERE)));
            }
        }
        return new MergeAction(
                action.kind(),
                columns.stream().map(column -> table.ordinal(column.id())).toList(),
                places);
    }

    private QueryException error(Statement.MergeAction action, String message) {
        return new QueryException(ErrorCode.SYNTAX_ERROR, message, changes.position(action.pos()), null, null);
    }
}
