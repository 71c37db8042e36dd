package io.elanus.cluster.querynode.fragment;

import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.Column;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The inputs that some expressions read, so that nothing else is touched: expressions are rewritten to ordinals
/// among these.
///
/// @param columns of the table, in the fragment's order
/// @param ordinals the fragment's ordinals of everything used, rising; those at or above the number of input
///     columns are computed (distance, query) and follow the columns
record ColumnUse(List<Column> columns, List<Integer> ordinals) {
    ColumnUse {
        columns = List.copyOf(columns);
        ordinals = List.copyOf(ordinals);
    }

    static ColumnUse of(Collection<Expr> exprs, List<Column> inputs) {
        var used = new TreeSet<Integer>();
        exprs.forEach(expr -> collect(expr, used));
        return new ColumnUse(
                used.stream()
                        .filter(ordinal -> ordinal < inputs.size())
                        .map(inputs::get)
                        .collect(Collectors.toList()),
                List.copyOf(used));
    }

    private static void collect(Expr expr, TreeSet<Integer> used) {
        switch (expr) {
            case Expr.Input(int ordinal, var _) -> used.add(ordinal);
            case Expr.Call call -> call.arguments().forEach(argument -> collect(argument, used));
            case Expr.Constant _, Expr.Parameter _ -> {}
        }
    }

    boolean uses(int ordinal) {
        return ordinals.contains(ordinal);
    }

    Expr rewrite(Expr expr) {
        return switch (expr) {
            case Expr.Input(int ordinal, var type) -> new Expr.Input(ordinals.indexOf(ordinal), type);
            case Expr.Call(var operator, var arguments, var type) ->
                new Expr.Call(operator, arguments.stream().map(this::rewrite).toList(), type);
            case Expr.Constant constant -> constant;
            case Expr.Parameter parameter -> parameter;
        };
    }

    List<Expr> rewrite(List<Expr> exprs) {
        return exprs.stream().map(this::rewrite).toList();
    }
}
