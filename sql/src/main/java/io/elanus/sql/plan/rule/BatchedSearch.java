package io.elanus.sql.plan.rule;

import io.elanus.sql.plan.FragmentTemplate;
import io.elanus.sql.plan.FragmentTemplate.Shape;
import io.elanus.sql.plan.Merge;
import io.elanus.sql.plan.Plan;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import java.util.ArrayList;
import java.util.Optional;

/// A [Plan.Lookup] whose searches differ in their query vectors only, so that one fragment runs many of them.
///
/// @param scan gives the columns of the lookup's search
/// @param given the query vector
public record BatchedSearch(Plan.FragmentScan scan, Shape.TopK topK, Plan.Given given) {

    public static Optional<BatchedSearch> of(Plan.Lookup lookup) {
        return scan(lookup.search()).flatMap(scan -> {
            FragmentTemplate template = scan.fragment();
            if (lookup.given().size() != 1
                    || !(template.shape() instanceof Shape.TopK topK)
                    || topK.metric() == Metric.BM25
                    || !(topK.queryVector() instanceof Expr.Parameter(int index, ColumnType.Vector type))
                    || type.sparse()
                    || !sameVectors(scan, topK, type)
                    || index != lookup.given().getFirst().parameter()
                    || uses(template, topK, index)) {
                return Optional.empty();
            }
            return Optional.of(new BatchedSearch(scan, topK, lookup.given().getFirst()));
        });
    }

    private static boolean sameVectors(Plan.FragmentScan scan, Shape.TopK topK, ColumnType.Vector type) {
        return scan.table().column(topK.columnId()).type() instanceof ColumnType.Vector column
                && column.dimension() == type.dimension()
                && !column.sparse();
    }

    /// The search without what only chooses columns of it: the shards choose them.
    private static Optional<Plan.FragmentScan> scan(Plan plan) {
        return switch (plan) {
            case Plan.FragmentScan scan when whole(scan.merge()) -> Optional.of(scan);
            case Plan.Project project ->
                scan(project.input())
                        .filter(scan ->
                                Exprs.fits(project.exprs(), scan.fragment().projection()))
                        .map(scan -> {
                            FragmentTemplate old = scan.fragment();
                            var template = new FragmentTemplate(
                                    old.inputColumnIds(),
                                    old.filter(),
                                    old.keys(),
                                    old.shape(),
                                    Exprs.substitute(project.exprs(), old.projection()));
                            return new Plan.FragmentScan(
                                    scan.table(), template, scan.merge(), scan.asOf(), project.columns());
                        });
            default -> Optional.empty();
        };
    }

    private static boolean whole(Merge merge) {
        return merge instanceof Merge.Sorted(var _, var offset, var _) && offset.isEmpty();
    }

    /// Does anything but the search itself depend on the parameter?
    private static boolean uses(FragmentTemplate template, Shape.TopK topK, int parameter) {
        var exprs = new ArrayList<Expr>(template.projection());
        template.filter().ifPresent(exprs::add);
        exprs.addAll(template.keys());
        exprs.add(topK.k());
        topK.maxDistance().ifPresent(bound -> exprs.add(bound.distance()));
        return exprs.stream().anyMatch(expr -> uses(expr, parameter));
    }

    private static boolean uses(Expr expr, int parameter) {
        return switch (expr) {
            case Expr.Parameter(int index, var _) -> index == parameter;
            case Expr.Call call -> call.arguments().stream().anyMatch(argument -> uses(argument, parameter));
            case Expr.Input _, Expr.Constant _ -> false;
        };
    }
}
