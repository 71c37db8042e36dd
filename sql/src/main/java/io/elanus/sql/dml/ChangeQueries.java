package io.elanus.sql.dml;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.dml.ChangePlan.Answer;
import io.elanus.sql.dml.ChangePlan.SetClause;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.sql.parser.tree.VectorTypeName;
import io.elanus.sql.plan.FragmentTemplate.Shape;
import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.rel.PlannedQuery;
import io.elanus.sql.plan.rel.QueryPlanner;
import io.elanus.sql.plan.rule.Exprs;
import io.elanus.sql.type.Types;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.calcite.sql.JoinConditionType;
import org.apache.calcite.sql.JoinType;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlCollectionTypeNameSpec;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlTypeNameSpec;
import org.apache.calcite.sql.SqlUserDefinedTypeNameSpec;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.apache.calcite.util.Util;
import org.jspecify.annotations.Nullable;

/// The queries that a changing statement is planned as.
final class ChangeQueries {
    private static final SqlParserPos NOWHERE = SqlParserPos.ZERO;

    private final Planner planner;

    @FunctionalInterface
    interface Planner {
        PlannedQuery plan(SqlNode query, QueryPlanner.Use use);
    }

    ChangeQueries(Planner planner) {
        this.planner = planner;
    }

    /// `SELECT key FROM table AS alias, others WHERE condition`.
    PlannedQuery keys(TableSchema table, String alias, @Nullable SqlNode others, @Nullable SqlNode where) {
        return planner.plan(
                select(List.of(key(table, alias)), beside(named(table, alias), others), where), keyed(table));
    }

    /// The key comes first, for the statement's own use.
    private static QueryPlanner.Use keyed(TableSchema table) {
        return new QueryPlanner.Use(true, 1, table.tableId());
    }

    private static SqlNode key(TableSchema table, String alias) {
        return new SqlIdentifier(List.of(alias, table.keyColumn().name()), NOWHERE);
    }

    /// `SELECT key, new values, old values FROM table AS alias, others WHERE condition`.
    ///
    /// @param read the columns whose old values are wanted
    PlannedQuery newRows(TableSchema table, Statement.Update update, List<Column> columns, List<Column> read) {
        String alias = update.target().name();
        var items = new ArrayList<SqlNode>();
        items.add(key(table, alias));
        for (int i = 0; i < columns.size(); i++) {
            items.add(assigned(update.values().get(i), columns.get(i)));
        }
        read.forEach(column -> items.add(new SqlIdentifier(List.of(alias, column.name()), NOWHERE)));
        SqlNode from = beside(named(table, alias), update.from());
        return planner.plan(select(items, from, update.where()), keyed(table));
    }

    /// Items of rows, with the hidden key.
    PlannedQuery rows(TableSchema table, List<SqlNode> items, SqlNode from) {
        return planner.plan(select(items, from, null), keyed(table));
    }

    /// A cross join, as a comma in FROM makes it.
    private static SqlNode beside(SqlNode table, @Nullable SqlNode others) {
        return others == null
                ? table
                : new SqlJoin(
                        NOWHERE,
                        table,
                        SqlLiteral.createBoolean(false, NOWHERE),
                        JoinType.CROSS.symbol(NOWHERE),
                        others,
                        JoinConditionType.NONE.symbol(NOWHERE),
                        null);
    }

    /// The table and, to its right, the rows that were to be inserted. An outer join, because the planner may change
    /// the
    /// order of an inner one, and the sides are told apart by their places.
    private static SqlNode withExcluded(TableSchema table, String alias) {
        return new SqlJoin(
                NOWHERE,
                named(table, alias),
                SqlLiteral.createBoolean(false, NOWHERE),
                JoinType.LEFT.symbol(NOWHERE),
                named(table, ChangePlanner.EXCLUDED),
                JoinConditionType.ON.symbol(NOWHERE),
                SqlLiteral.createBoolean(true, NOWHERE));
    }

    /// RETURNING: the items of a SELECT list over the table.
    Answer answer(TableSchema table, String alias, List<SqlNode> items, boolean asked) {
        SqlSelect select = select(new SqlNodeList(items, NOWHERE), named(table, alias), null);
        PlannedQuery query = planner.plan(select, new QueryPlanner.Use(false, 0, table.tableId()));
        return new Answer(overTable(query.plan(), table, "RETURNING"), query.columns(), asked);
    }

    /// One row of VALUES as `SELECT a, b, …`.
    PlannedQuery row(List<SqlNode> row, List<Column> columns) {
        var items = new ArrayList<SqlNode>();
        for (int i = 0; i < row.size(); i++) {
            Column column = columns.get(i);
            SqlNode item = row.get(i);
            if (item.getKind() == SqlKind.DEFAULT) {
                throw new QueryException(
                        ErrorCode.FEATURE_NOT_SUPPORTED,
                        "DEFAULT beside expressions is not supported.",
                        "Leave the column out of the column list.");
            }
            items.add(typed(item, column.type()));
        }
        return planner.plan(select(items, null, null), new QueryPlanner.Use(true, 0, 0));
    }

    /// SET clause and condition, as expressions over all columns of the table and, with `excluded`, those of the
    /// row that was to be inserted.
    SetClause assignments(
            TableSchema table,
            String alias,
            List<Column> columns,
            List<SqlNode> values,
            @Nullable SqlNode where,
            boolean excluded) {
        var items = new ArrayList<SqlNode>();
        for (int i = 0; i < values.size(); i++) {
            items.add(assigned(values.get(i), columns.get(i)));
        }
        if (where != null) {
            items.add(where);
        }
        if (items.isEmpty()) {
            return new SetClause(List.of(), List.of(), Optional.empty());
        }
        SqlNode from = excluded ? withExcluded(table, alias) : named(table, alias);
        List<Expr> exprs = overTable(
                planner.plan(select(items, from, null), new QueryPlanner.Use(true, 0, table.tableId()))
                        .plan(),
                table,
                "SET");
        return new SetClause(
                columns.stream().map(column -> table.ordinal(column.id())).toList(),
                exprs.subList(0, values.size()),
                where == null ? Optional.empty() : Optional.of(exprs.getLast()));
    }

    static SqlNode named(TableSchema table, String alias) {
        var name = new SqlIdentifier(List.of(table.name().schema(), table.name().table()), NOWHERE);
        return SqlStdOperatorTable.AS.createCall(NOWHERE, name, new SqlIdentifier(alias, NOWHERE));
    }

    private static SqlSelect select(List<SqlNode> items, @Nullable SqlNode from, @Nullable SqlNode where) {
        var aliased = new ArrayList<SqlNode>();
        for (SqlNode item : items) {
            var alias = new SqlIdentifier("c" + aliased.size(), NOWHERE);
            aliased.add(SqlStdOperatorTable.AS.createCall(item.getParserPosition(), item, alias));
        }
        return select(new SqlNodeList(aliased, NOWHERE), from, where);
    }

    private static SqlSelect select(SqlNodeList items, @Nullable SqlNode from, @Nullable SqlNode where) {
        return new SqlSelect(NOWHERE, null, items, from, where, null, null, null, null, null, null, null, null);
    }

    /// A bare parameter takes the column's type.
    /// DEFAULT is the text of the column's default.
    private static SqlNode assigned(SqlNode value, Column column) {
        if (value.getKind() != SqlKind.DEFAULT) {
            return typed(value, column.type());
        }
        Literal given = column.defaultValue().orElse(Literals.NULL);
        SqlNode literal = given.hasNull()
                ? SqlLiteral.createNull(NOWHERE)
                : SqlLiteral.createCharString(Literals.text(given, column.type()), NOWHERE);
        return SqlStdOperatorTable.CAST.createCall(
                NOWHERE, literal, new SqlDataTypeSpec(typeName(column.type()), NOWHERE));
    }

    static SqlNode typed(SqlNode value, ColumnType type) {
        if (!(value instanceof SqlDynamicParam)) {
            return value;
        }
        var spec = new SqlDataTypeSpec(typeName(type), NOWHERE);
        return SqlStdOperatorTable.CAST.createCall(value.getParserPosition(), value, spec);
    }

    private static SqlTypeNameSpec typeName(ColumnType type) {
        return switch (type) {
            case ColumnType.Vector vector ->
                new VectorTypeName(vector.dimension(), vector.element().name(), NOWHERE);
            case ColumnType.Decimal(int precision, int scale) ->
                new SqlBasicTypeNameSpec(SqlTypeName.DECIMAL, precision, scale, NOWHERE);
            case ColumnType.Array(ColumnType item) ->
                new SqlCollectionTypeNameSpec(typeName(item), SqlTypeName.ARRAY, NOWHERE);
            case ColumnType.Varchar _ -> alias("text");
            case ColumnType.Simple simple -> simple(simple);
        };
    }

    private static SqlTypeNameSpec simple(ColumnType.Simple type) {
        return switch (type) {
            case DATE -> new SqlBasicTypeNameSpec(SqlTypeName.DATE, NOWHERE);
            case TIME -> new SqlBasicTypeNameSpec(SqlTypeName.TIME, NOWHERE);
            case BOOLEAN,
                    TINYINT,
                    SMALLINT,
                    INTEGER,
                    BIGINT,
                    REAL,
                    DOUBLE,
                    VARBINARY,
                    TIMESTAMP,
                    TIMESTAMP_TZ,
                    UUID,
                    JSON ->
                alias(Types.ALIASES.entrySet().stream()
                        .filter(entry -> entry.getValue() == type)
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElseThrow());
        };
    }

    private static SqlTypeNameSpec alias(String name) {
        return new SqlUserDefinedTypeNameSpec(new SqlIdentifier(name, NOWHERE), NOWHERE);
    }

    /// The output expressions of a plan that does nothing but project one table, or the table beside itself.
    ///
    /// @param clause whose expressions they are
    private static List<Expr> overTable(Plan plan, TableSchema table, String clause) {
        return switch (plan) {
            case Plan.FragmentScan scan
            when scan.fragment().shape() instanceof Shape.Scan ->
                Exprs.substitute(scan.fragment().projection(), inputs(scan, table, 0));
            case Plan.Values values
            when values.rows().size() == 1 -> values.rows().getFirst();
            case Plan.Project project -> Exprs.substitute(project.exprs(), overTable(project.input(), table, clause));
            case Plan.NestedLoopJoin join -> {
                var sides = new ArrayList<>(overTable(join.left(), table, clause));
                if (join.right() instanceof Plan.FragmentScan right) {
                    sides.addAll(Exprs.substitute(
                            right.fragment().projection(),
                            inputs(right, table, table.columns().size())));
                } else {
                    sides.addAll(overTable(join.right(), table, clause));
                }
                yield sides;
            }
            default ->
                throw new QueryException(
                        ErrorCode.FEATURE_NOT_SUPPORTED,
                        "%s takes expressions over the row that is changed; a subquery, an aggregate or a window is none."
                                .formatted(clause),
                        "Run the query by itself.");
        };
    }

    private static List<Expr> inputs(Plan.FragmentScan scan, TableSchema table, int from) {
        var inputs = new ArrayList<Expr>();
        for (int id : scan.fragment().inputColumnIds()) {
            inputs.add(new Expr.Input(from + table.ordinal(id), table.column(id).type()));
        }
        return inputs;
    }

    /// Does the statement read this column? A name may belong to another table; then it is read for nothing.
    static boolean reads(Statement.Update update, Column column) {
        var nodes = new ArrayList<@Nullable SqlNode>(update.values());
        nodes.add(update.from());
        nodes.add(update.where());
        return nodes.stream().anyMatch(node -> node != null && names(node, column));
    }

    static boolean names(SqlNode node, Column column) {
        try {
            node.accept(new SqlBasicVisitor<Void>() {
                @Override
                public Void visit(SqlIdentifier name) {
                    if (name.isStar() || name.names.getLast().equals(column.name())) {
                        throw new Util.FoundOne(name);
                    }
                    return super.visit(name);
                }
            });
            return false;
        } catch (Util.FoundOne e) {
            return true;
        }
    }

    /// The rows of a VALUES clause.
    static List<List<SqlNode>> rows(SqlNode values) {
        var rows = new ArrayList<List<SqlNode>>();
        for (SqlNode row : ((SqlCall) values).getOperandList()) {
            rows.add(((SqlCall) row).getOperandList());
        }
        return rows;
    }

    static boolean hasSubQuery(SqlNode condition) {
        try {
            condition.accept(new SqlBasicVisitor<Void>() {
                @Override
                public Void visit(SqlCall call) {
                    if (call.isA(SqlKind.QUERY)) {
                        throw new Util.FoundOne(call);
                    }
                    return super.visit(call);
                }
            });
            return false;
        } catch (Util.FoundOne e) {
            return true;
        }
    }
}
