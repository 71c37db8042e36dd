package io.elanus.sql.plan;

import io.elanus.storage.compute.AggregateCall;
import io.elanus.storage.compute.SortKey;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A node of an executable plan. Expressions of a node are over the columns of its input; those of a join over the
/// columns of the left input, then of the right. LIMIT and OFFSET are BIGINT expressions without inputs.
public sealed interface Plan {
    /// The output columns, in order.
    List<PlanColumn> columns();

    /// The nodes it reads from.
    default List<Plan> inputs() {
        return switch (this) {
            case FragmentScan _, Values _, SystemScan _, FileScan _, WorkingTable _ -> List.of();
            case Filter node -> List.of(node.input());
            case Project node -> List.of(node.input());
            case Aggregate node -> List.of(node.input());
            case Sort node -> List.of(node.input());
            case Limit node -> List.of(node.input());
            case Window node -> List.of(node.input());
            case Unnest node -> List.of(node.input());
            case Lookup node -> List.of(node.input(), node.search());
            case Recursive node -> List.of(node.seed(), node.step());
            case Prepared node -> {
                var inputs = new ArrayList<>(List.of(node.input()));
                node.values().forEach(value -> inputs.add(value.rows()));
                yield inputs;
            }
            case HashJoin node -> List.of(node.left(), node.right());
            case NestedLoopJoin node -> List.of(node.left(), node.right());
            case Union node -> node.inputs();
            case Intersect node -> node.inputs();
            case Except node -> node.inputs();
        };
    }

    /// Reads a table.
    ///
    /// @param asOf a TIMESTAMP_TZ without inputs: the time to read at, instead of the statement's
    record FragmentScan(
            TableSchema table, FragmentTemplate fragment, Merge merge, Optional<Expr> asOf, List<PlanColumn> columns)
            implements Plan {
        public FragmentScan {
            columns = List.copyOf(columns);
        }
    }

    /// Rows for which the condition is TRUE.
    record Filter(Plan input, Expr condition) implements Plan {
        @Override
        public List<PlanColumn> columns() {
            return input.columns();
        }
    }

    record Project(Plan input, List<Expr> exprs, List<PlanColumn> columns) implements Plan {
        public Project {
            exprs = List.copyOf(exprs);
            columns = List.copyOf(columns);
        }

        public static Project of(Plan input, List<Expr> exprs, List<String> names) {
            var columns = new ArrayList<PlanColumn>();
            for (int i = 0; i < exprs.size(); i++) {
                columns.add(new PlanColumn(names.get(i), exprs.get(i).type()));
            }
            return new Project(input, exprs, columns);
        }
    }

    /// Groups by the keys; the output is the keys, then the results. Without keys there is one group.
    record Aggregate(Plan input, List<Expr> keys, List<AggregateCall> calls, List<PlanColumn> columns) implements Plan {
        public Aggregate {
            keys = List.copyOf(keys);
            calls = List.copyOf(calls);
            columns = List.copyOf(columns);
        }
    }

    /// Stable sort; with a limit only so many rows are kept.
    record Sort(Plan input, List<SortKey> keys, Optional<Expr> offset, Optional<Expr> limit) implements Plan {
        public Sort {
            keys = List.copyOf(keys);
        }

        @Override
        public List<PlanColumn> columns() {
            return input.columns();
        }
    }

    record Limit(Plan input, Optional<Expr> offset, Optional<Expr> limit) implements Plan {
        @Override
        public List<PlanColumn> columns() {
            return input.columns();
        }
    }

    /// Rows whose keys are equal (NULL equals nothing) and for which the residual condition is TRUE. The right side
    /// is held in memory, the left side streams.
    record HashJoin(
            Plan left, Plan right, JoinKind kind, List<Expr> leftKeys, List<Expr> rightKeys, Optional<Expr> residual)
            implements Plan {
        public HashJoin {
            leftKeys = List.copyOf(leftKeys);
            rightKeys = List.copyOf(rightKeys);
        }

        @Override
        public List<PlanColumn> columns() {
            return joined(kind, left, right);
        }
    }

    /// Any condition; none is the cross product. The right side is held in memory.
    record NestedLoopJoin(Plan left, Plan right, JoinKind kind, Optional<Expr> condition) implements Plan {
        @Override
        public List<PlanColumn> columns() {
            return joined(kind, left, right);
        }
    }

    /// Rows of all inputs, whose columns have the same types; names come from the first.
    record Union(List<Plan> inputs, boolean all) implements Plan {
        public Union {
            inputs = List.copyOf(inputs);
        }

        @Override
        public List<PlanColumn> columns() {
            return inputs.getFirst().columns();
        }
    }

    /// Rows that are in every input; with `all`, as often as in the input that has them least.
    record Intersect(List<Plan> inputs, boolean all) implements Plan {
        public Intersect {
            inputs = List.copyOf(inputs);
        }

        @Override
        public List<PlanColumn> columns() {
            return inputs.getFirst().columns();
        }
    }

    /// Rows of the first input that are in no other; with `all`, each row of another takes one away.
    record Except(List<Plan> inputs, boolean all) implements Plan {
        public Except {
            inputs = List.copyOf(inputs);
        }

        @Override
        public List<PlanColumn> columns() {
            return inputs.getFirst().columns();
        }
    }

    /// Rows of expressions without inputs.
    record Values(List<List<Expr>> rows, List<PlanColumn> columns) implements Plan {
        public Values {
            rows = rows.stream().map(List::copyOf).toList();
            columns = List.copyOf(columns);
        }
    }

    /// The rows of a system table.
    record SystemScan(String name, RowSupplier supplier, List<PlanColumn> columns) implements Plan {
        public SystemScan {
            columns = List.copyOf(columns);
        }
    }

    /// The rows of a file.
    ///
    /// @param read ordinals of the file's columns, in the order of the output
    record FileScan(RowFile file, List<Integer> read, List<PlanColumn> columns) implements Plan {
        public FileScan {
            read = List.copyOf(read);
            columns = List.copyOf(columns);
        }

        public static FileScan of(RowFile file, List<Integer> read) {
            return new FileScan(
                    file, read, read.stream().map(file.columns()::get).toList());
        }
    }

    /// Adds a column per call to every row of the input. Rows come out grouped by partition, in the order of the
    /// keys.
    record Window(
            Plan input, List<Expr> partition, List<SortKey> order, List<WindowCall> calls, List<PlanColumn> columns)
            implements Plan {
        public Window {
            partition = List.copyOf(partition);
            order = List.copyOf(order);
            calls = List.copyOf(calls);
            columns = List.copyOf(columns);
        }
    }

    /// Every row of the input once for each item of its arrays, with the items behind it; a shorter array is filled
    /// up with NULL.
    ///
    /// @param arrays over the input's columns
    /// @param ordinality puts the number of the item, from 1, behind the items
    /// @param outer keeps a row whose arrays are empty or NULL, with NULL for the items
    record Unnest(Plan input, List<Expr> arrays, boolean ordinality, boolean outer, List<PlanColumn> columns)
            implements Plan {
        public Unnest {
            arrays = List.copyOf(arrays);
            columns = List.copyOf(columns);
        }
    }

    /// Every row of the input beside the rows of a search that depends on it.
    ///
    /// @param search its rows, once it was given the parameters of a row
    /// @param outer keeps a row for which nothing is found, with NULL for the search's columns
    record Lookup(Plan input, Plan search, List<Given> given, boolean outer) implements Plan {
        public Lookup {
            given = List.copyOf(given);
        }

        @Override
        public List<PlanColumn> columns() {
            return PlanColumn.concat(input.columns(), search.columns());
        }
    }

    /// @param parameter index of the parameter within the search
    /// @param column of the input that gives its value
    record Given(int parameter, int column) {}

    /// The rows of the seed, then those that the step makes of the rows before, until it makes no more.
    ///
    /// @param working where the step reads the rows before
    /// @param all false: a row that came before does not come again
    record Recursive(WorkingTable working, Plan seed, Plan step, boolean all) implements Plan {
        @Override
        public List<PlanColumn> columns() {
            return working.columns();
        }
    }

    /// @param id of its own within the statement
    record WorkingTable(int id, List<PlanColumn> columns) implements Plan {
        public WorkingTable {
            columns = List.copyOf(columns);
        }
    }

    /// Runs the input with the values of subqueries as parameters. Only at the top of a plan.
    ///
    /// @param values in the order in which they are made: the rows of one may need the values before it
    record Prepared(Plan input, List<Value> values) implements Plan {
        public Prepared {
            values = List.copyOf(values);
        }

        @Override
        public List<PlanColumn> columns() {
            return input.columns();
        }
    }

    /// What a subquery is used as: the one column of its one row, NULL without a row.
    ///
    /// @param parameter its index
    record Value(int parameter, Plan rows) {}

    private static List<PlanColumn> joined(JoinKind kind, Plan left, Plan right) {
        return switch (kind) {
            case SEMI, ANTI -> left.columns();
            case RIGHT_SEMI, RIGHT_ANTI -> right.columns();
            case INNER, LEFT, RIGHT, FULL -> PlanColumn.concat(left.columns(), right.columns());
        };
    }
}
