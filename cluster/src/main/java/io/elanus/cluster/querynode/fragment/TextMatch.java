package io.elanus.cluster.querynode.fragment;

import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.text.TextAnalyzer;
import io.elanus.storage.text.TextQuery;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A condition of a filter that inverted lists can answer: a column of text matches a constant query. Immutable.
record TextMatch(Column column, String analyzer, TextQuery query) {
    /// A filter as the matches among its conditions and the rest.
    record Split(List<TextMatch> matches, Optional<Expr> rest) {
        Split {
            matches = List.copyOf(matches);
        }
    }

    static Split split(Expr filter, List<Column> inputs) {
        var matches = new ArrayList<TextMatch>();
        var rest = new ArrayList<Expr>();
        split(filter, inputs, matches, rest);
        return new Split(
                matches,
                switch (rest.size()) {
                    case 0 -> Optional.empty();
                    case 1 -> Optional.of(rest.getFirst());
                    default -> Optional.of(new Expr.Call(Operator.AND, rest, ColumnType.Simple.BOOLEAN));
                });
    }

    private static void split(Expr filter, List<Column> inputs, List<TextMatch> matches, List<Expr> rest) {
        if (filter instanceof Expr.Call call && call.operator() == Operator.AND) {
            call.arguments().forEach(argument -> split(argument, inputs, matches, rest));
            return;
        }
        of(filter, inputs).ifPresentOrElse(matches::add, () -> rest.add(filter));
    }

    /// Of a call that names its mode and analyzer.
    private static Optional<TextMatch> of(Expr filter, List<Column> inputs) {
        if (filter instanceof Expr.Call call
                && call.operator() == Operator.TEXT_MATCH
                && call.arguments().size() == 4
                && call.arguments().get(0) instanceof Expr.Input input
                && input.ordinal() < inputs.size()
                && inputs.get(input.ordinal()).type() instanceof ColumnType.Varchar
                && call.arguments().get(1) instanceof Expr.Constant query
                && !query.value().getNull()
                && call.arguments().get(2) instanceof Expr.Constant mode
                && call.arguments().get(3) instanceof Expr.Constant analyzer) {
            return Optional.of(of(
                    inputs.get(input.ordinal()),
                    query.value().getText(),
                    mode.value().getText(),
                    analyzer.value().getText()));
        }
        return Optional.empty();
    }

    static TextMatch of(Column column, String query, String mode, String analyzer) {
        return new TextMatch(
                column,
                analyzer,
                TextQuery.parse(
                        query, TextAnalyzer.of(analyzer), TextQuery.Mode.valueOf(mode.toUpperCase(Locale.ROOT))));
    }
}
