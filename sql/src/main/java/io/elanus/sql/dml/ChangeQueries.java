package io.elanus.sql.dml;

import io.elanus.sql.dml.ChangePlan.SetClause;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.tree.VectorTypeName;
import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.rel.PlannedQuery;
import io.elanus.sql.plan.rule.Exprs;
import io.elanus.sql.type.Types;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
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

    private final Function<SqlNode, PlannedQuery> planner;

    ChangeQueries(Function<SqlNode, PlannedQuery> planner) {
        this.planner = planner;
    }

    /// `SELECT key FROM table AS alias WHERE condition`.
    PlannedQuery keys(TableSchema table, String alias, @Nullable SqlNode where) {
        SqlNode key = new SqlIdentifier(List.of(alias, table.keyColumn().name()), NOWHERE);
        return planner.apply(select(List.of(key), named(table, alias), where));
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
        return planner.apply(select(items, null, null));
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
            items.add(typed(values.get(i), columns.get(i).type()));
        }
        if (where != null) {
            items.add(where);
        }
        if (items.isEmpty()) {
            return new SetClause(List.of(), List.of(), Optional.empty());
        }
        SqlNode from = excluded
                ? new SqlJoin(
                        NOWHERE,
                        named(table, alias),
                        SqlLiteral.createBoolean(false, NOWHERE),
                        JoinType.CROSS.symbol(NOWHERE),
                        named(table, ChangePlanner.EXCLUDED),
                        JoinConditionType.NONE.symbol(NOWHERE),
                        null)
                : named(table, alias);
        List<Expr> exprs = overTable(planner.apply(select(items, from, null)).plan(), table);
        return new SetClause(
                columns.stream().map(column -> table.ordinal(column.id())).toList(),
                exprs.subList(0, values.size()),
                where == null ? Optional.empty() : Optional.of(exprs.getLast()));
    }

    private static SqlNode named(TableSchema table, String alias) {
        var name = new SqlIdentifier(List.of(table.name().schema(), table.name().table()), NOWHERE);
        return SqlStdOperatorTable.AS.createCall(NOWHERE, name, new SqlIdentifier(alias, NOWHERE));
    }

    private static SqlSelect select(List<SqlNode> items, @Nullable SqlNode from, @Nullable SqlNode where) {
        var aliased = new ArrayList<SqlNode>();
        for (SqlNode item : items) {
            var alias = new SqlIdentifier("c" + aliased.size(), NOWHERE);
            aliased.add(SqlStdOperatorTable.AS.createCall(item.getParserPosition(), item, alias));
        }
        return new SqlSelect(
                NOWHERE,
                null,
                new SqlNodeList(aliased, NOWHERE),
                from,
                where,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    /// A bare parameter takes the column's type.
    private static SqlNode typed(SqlNode value, ColumnType type) {
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
    private static List<Expr> overTable(Plan plan, TableSchema table) {
        return switch (plan) {
            case Plan.FragmentScan scan -> Exprs.substitute(scan.fragment().projection(), inputs(scan, table, 0));
            case Plan.Values values
            when values.rows().size() == 1 -> values.rows().getFirst();
            case Plan.Project project -> Exprs.substitute(project.exprs(), overTable(project.input(), table));
            case Plan.NestedLoopJoin join -> {
                var sides = new ArrayList<>(overTable(join.left(), table));
                if (join.right() instanceof Plan.FragmentScan right) {
                    sides.addAll(Exprs.substitute(
                            right.fragment().projection(),
                            inputs(right, table, table.columns().size())));
                } else {
                    sides.addAll(overTable(join.right(), table));
                }
                yield sides;
            }
            default ->
                throw new QueryException(
                        ErrorCode.FEATURE_NOT_SUPPORTED,
                        "A subquery in SET is not supported.",
                        "Compute the value first, or use INSERT … SELECT with ON CONFLICT DO UPDATE.");
        };
    }

    private static List<Expr> inputs(Plan.FragmentScan scan, TableSchema table, int from) {
        var inputs = new ArrayList<Expr>();
        for (int id : scan.fragment().inputColumnIds()) {
            inputs.add(new Expr.Input(from + table.ordinal(id), table.column(id).type()));
        }
        return inputs;
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
