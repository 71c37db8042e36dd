package io.elanus.sql.plan.rel;

import io.elanus.cluster.access.Access;
import io.elanus.cluster.access.Privilege;
import io.elanus.proto.grpc.PolicySchema;
import io.elanus.sql.catalog.FileTables;
import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.catalog.SystemTable;
import io.elanus.sql.catalog.ViewRel;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.ParsedStatement;
import io.elanus.sql.parser.StatementParser;
import io.elanus.sql.plan.FragmentTemplate.Shape;
import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.RowSupplier;
import io.elanus.sql.plan.rule.Exprs;
import io.elanus.sql.security.Need;
import io.elanus.sql.security.RowGuard;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import io.elanus.storage.type.TableSchema;
import io.elanus.storage.visibility.TimeToLive;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;

/// The rights of one statement while it is planned: checks what its queries read, and puts row policies where rows
/// come from, so that whatever is made of them, a search or a count, is made of rows that the role may see.
public final class Rights {
    private final SchemaView view;
    private final Parameters parameters;

    public Rights(SchemaView view, Parameters parameters) {
        this.view = view;
        this.parameters = parameters;
    }

    /// The query, once its role was seen to be allowed to run it, each scan with the role whose policies it obeys.
    RelNode checked(RelNode query, QueryPlanner.Use use) {
        var needs = new ArrayList<Need>();
        for (Need.OnRelation read : Reads.of(query, use.own())) {
            needs.add(new Need.OnSchema(read.relation().name().schema(), Privilege.USAGE));
            if (read.relation().id() != use.target() || !read.columnIds().isEmpty()) {
                needs.add(read);
            }
        }
        view.authority().check(view.role(), needs);
        return guarded(query, view.role());
    }

    /// The query of a view, which reads with the rights of the view's owner.
    RelNode ofView(RelNode query, String owner) {
        view.authority().check(owner, Reads.of(query, 0));
        return guarded(query, owner);
    }

    private static RelNode guarded(RelNode query, String role) {
        return query.accept(new RelHomogeneousShuttle() {
            private final RexShuttle subQueries = new RexShuttle() {
                @Override
                public RexNode visitSubQuery(RexSubQuery given) {
                    RexNode visited = super.visitSubQuery(given);
                    RelNode rows = guarded(given.rel, role);
                    return rows == given.rel ? visited : ((RexSubQuery) visited).clone(rows);
                }
            };

            @Override
            public RelNode visit(RelNode node) {
                if (node instanceof TableScan scan) {
                    return scan instanceof GuardedScan ? scan : new GuardedScan(scan, role);
                }
                if (node instanceof ViewRel) {
                    return visit(node.getInput(0));
                }
                return super.visit(node).accept(subQueries);
            }

            @Override
            public RelNode visit(TableScan scan) {
                return visit((RelNode) scan);
            }
        });
    }

    /// What a scan by this role leaves out, over the table's visible columns; empty: nothing.
    Optional<Expr> filter(TableSchema table, List<Column> columns, String role) {
        if (!view.authority().guarded(role, table.tableId())) {
            return Optional.empty();
        }
        var places = new ArrayList<Expr>();
        for (Column column : table.columns()) {
            int at = columns.indexOf(column);
            places.add(at < 0 ? new Expr.Constant(Literals.NULL, column.type()) : new Expr.Input(at, column.type()));
        }
        return Optional.of(Exprs.substitute(using(table, role, Privilege.SELECT), places));
    }

    /// What a change of a table by the view's role must heed; over all columns of the table.
    ///
    /// @param command INSERT (with what it does to rows that are in its way), UPDATE or DELETE
    /// @param answers it says what the changed rows hold
    public RowGuard guard(TableSchema table, Privilege command, boolean answers) {
        RowGuard policies = policies(table, command, answers);
        return command == Privilege.DELETE ? policies : policies.with(new Checks(view, parameters).of(table));
    }

    private RowGuard policies(TableSchema table, Privilege command, boolean answers) {
        String role = view.role();
        if (!view.authority().guarded(role, table.tableId())) {
            return RowGuard.NONE;
        }
        Expr seen = using(table, role, Privilege.SELECT);
        if (command == Privilege.DELETE) {
            return guarded(Optional.empty(), Optional.empty(), Optional.empty(), deleted(table, role, seen));
        }
        Optional<Expr> updated = Optional.of(both(seen, check(table, role, Privilege.UPDATE)));
        Optional<Expr> old = Optional.of(both(seen, using(table, role, Privilege.UPDATE)));
        if (command == Privilege.UPDATE) {
            return guarded(Optional.empty(), old, updated, Optional.empty());
        }
        Expr inserted = check(table, role, Privilege.INSERT);
        return guarded(Optional.of(answers ? both(seen, inserted) : inserted), old, updated, Optional.empty());
    }

    /// What a MERGE must heed.
    ///
    /// @param answers it says what the changed rows hold
    public RowGuard mergeGuard(TableSchema table, boolean answers) {
        RowGuard changes = guard(table, Privilege.INSERT, answers);
        return changes.isNone()
                ? changes
                : new RowGuard(
                        changes.inserted(),
                        changes.old(),
                        changes.updated(),
                        policies(table, Privilege.DELETE, answers).deleted(),
                        changes.checks());
    }

    private static RowGuard guarded(
            Optional<Expr> inserted, Optional<Expr> old, Optional<Expr> updated, Optional<Expr> deleted) {
        return new RowGuard(inserted, old, updated, deleted, List.of());
    }

    private Optional<Expr> deleted(TableSchema table, String role, Expr seen) {
        return Optional.of(both(seen, using(table, role, Privilege.DELETE)));
    }

    private static Expr both(Expr one, Expr other) {
        return new Expr.Call(Operator.AND, List.of(one, other), Simple.BOOLEAN);
    }

    private Expr using(TableSchema table, String role, Privilege command) {
        return combined(table, view.authority().policies(role, table.tableId(), command), false);
    }

    private Expr check(TableSchema table, String role, Privilege command) {
        return combined(table, view.authority().policies(role, table.tableId(), command), true);
    }

    /// One of the permissive policies must hold, and every restrictive one. Never NULL.
    private Expr combined(TableSchema table, List<PolicySchema> policies, boolean fresh) {
        var permissive = new ArrayList<Expr>();
        var all = new ArrayList<Expr>();
        for (PolicySchema policy : policies) {
            String text = fresh && !policy.getCheckCondition().isEmpty()
                    ? policy.getCheckCondition()
                    : policy.getUsingCondition();
            // A policy without a condition for this kind of row stands for every such row.
            Expr condition = text.isEmpty() ? constant(true) : condition(table, text, "A row policy");
            (policy.getRestrictive() ? all : permissive).add(PlanTranslator.isTrue(condition));
        }
        all.addFirst(
                switch (permissive.size()) {
                    case 0 -> constant(false);
                    case 1 -> permissive.getFirst();
                    default -> new Expr.Call(Operator.OR, permissive, Simple.BOOLEAN);
                });
        return all.size() == 1 ? all.getFirst() : new Expr.Call(Operator.AND, all, Simple.BOOLEAN);
    }

    private static Expr constant(boolean value) {
        return new Expr.Constant(Literals.of(value, Simple.BOOLEAN), Simple.BOOLEAN);
    }

    /// A condition over all columns of its table.
    ///
    /// @param whose it is, for errors
    public Expr condition(TableSchema table, String text, String whose) {
        ParsedStatement query =
                StatementParser.parse("SELECT CAST((" + text + "\n) AS BOOLEAN) AS c FROM " + quoted(table));
        Plan plan = QueryPlanner.plan(query, whole(), table.name().schema(), false, parameters)
                .plan();
        if (query.parameters() == 0
                && plan instanceof Plan.FragmentScan scan
                && scan.fragment().shape() instanceof Shape.Scan(var limit)
                && limit.isEmpty()
                && (scan.fragment().filter().isEmpty() || livesOnly(scan))
                && scan.table().tableId() == table.tableId()) {
            var inputs = new ArrayList<Expr>();
            for (int id : scan.fragment().inputColumnIds()) {
                inputs.add(new Expr.Input(table.ordinal(id), table.column(id).type()));
            }
            return Exprs.substitute(scan.fragment().projection(), inputs).getFirst();
        }
        throw new QueryException(
                ErrorCode.FEATURE_NOT_SUPPORTED,
                whose + " takes a condition over the columns of a row, without parameters, subqueries and aggregates.",
                "Compare columns with one another, or with constants.");
    }

    /// The condition itself is under no policy, as PostgreSQL has it. Whoever may read files, it may not.
    private SchemaView whole() {
        return view.as(Access.FIRST).reading(FileTables.NONE);
    }

    /// The type of a condition as it is written.
    ColumnType type(TableSchema table, String text) {
        ParsedStatement query = StatementParser.parse("SELECT (" + text + "\n) AS c FROM " + quoted(table));
        return QueryPlanner.plan(query, whole(), table.name().schema(), false, parameters)
                .columns()
                .getFirst()
                .type();
    }

    /// Does the scan leave out nothing but rows that have outlived their time?
    private static boolean livesOnly(Plan.FragmentScan scan) {
        return TimeToLive.of(scan.table()).isPresent()
                && scan.fragment()
                                .filter()
                                .map(filter -> Exprs.conjuncts(filter).size())
                                .orElse(0)
                        == 1;
    }

    private static String quoted(TableSchema table) {
        return quoted(table.name().schema()) + "." + quoted(table.name().table());
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /// The rows of a system table that the role may see.
    RowSupplier rows(SystemTable table, String role) {
        return table.audience().rows(table, view.catalog(), view.authority(), role);
    }
}
