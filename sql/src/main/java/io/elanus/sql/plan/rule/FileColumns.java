package io.elanus.sql.plan.rule;

import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.Plan.FileScan;
import io.elanus.storage.compute.AggregateCall;
import io.elanus.storage.filter.Expr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/// Reads of a file only the columns that what stands above it uses.
final class FileColumns {
    private final TreeSet<Integer> used = new TreeSet<>();
    private final Map<Integer, Integer> moved = new HashMap<>();

    private FileColumns() {}

    static Plan.Project apply(Plan.Project node) {
        if (!readsFile(node.input())) {
            return node;
        }
        var columns = new FileColumns();
        node.exprs().forEach(columns::collect);
        return new Plan.Project(columns.narrowed(node.input()), columns.moved(node.exprs()), node.columns());
    }

    static Plan.Aggregate apply(Plan.Aggregate node) {
        if (!readsFile(node.input())) {
            return node;
        }
        var columns = new FileColumns();
        node.keys().forEach(columns::collect);
        for (AggregateCall call : node.calls()) {
            call.arguments().forEach(columns::collect);
            call.filter().ifPresent(columns::collect);
        }
        Plan input = columns.narrowed(node.input());
        var calls = node.calls().stream()
                .map(call -> new AggregateCall(
                        call.function(),
                        columns.moved(call.arguments()),
                        call.filter().map(columns::moved),
                        call.distinct(),
                        call.type()))
                .toList();
        return new Plan.Aggregate(input, columns.moved(node.keys()), calls, node.columns());
    }

    private static boolean readsFile(Plan plan) {
        return plan instanceof FileScan || (plan instanceof Plan.Filter filter && readsFile(filter.input()));
    }

    private void collect(Expr expr) {
        Exprs.rewrite(expr, leaf -> {
            if (leaf instanceof Expr.Input input) {
                used.add(input.ordinal());
            }
            return leaf;
        });
    }

    private Plan narrowed(Plan plan) {
        return switch (plan) {
            case Plan.Filter(Plan input, Expr condition) -> {
                collect(condition);
                Plan narrowed = narrowed(input);
                yield new Plan.Filter(narrowed, moved(condition));
            }
            case FileScan scan -> {
                var read = new ArrayList<Integer>();
                for (int ordinal : used) {
                    moved.put(ordinal, read.size());
                    read.add(scan.read().get(ordinal));
                }
                yield FileScan.of(scan.file(), read);
            }
            default -> throw new IllegalStateException("Not above a file: " + plan);
        };
    }

    private List<Expr> moved(List<Expr> exprs) {
        return exprs.stream().map(this::moved).toList();
    }

    private Expr moved(Expr expr) {
        UnaryOperator<Expr> move = leaf -> leaf instanceof Expr.Input(int ordinal, var type)
                ? new Expr.Input(moved.getOrDefault(ordinal, ordinal), type)
                : leaf;
        return Exprs.rewrite(expr, move);
    }
}
