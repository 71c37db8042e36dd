package io.elanus.sql.plan.rel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which order of inner joins makes the fewest rows, by estimates. Inputs are numbered from 0, sets of them are bit
/// masks. Up to [#EXHAUSTIVE] inputs every tree is looked at, bushy ones too; beyond, the cheapest pair is joined
/// first, again and again. Inputs without a common condition are joined last.
final class JoinGraph {
    private static final int EXHAUSTIVE = 9;
    /// What it costs to hold a row for a hash join, where to make one costs 1.
    private static final double HELD = 2;
    /// A product of inputs that nothing joins is worse than whatever the estimates say.
    private static final double PRODUCT = 100;

    /// @param rows     after its filters
    /// @param wholeRows before them
    record Input(double rows, double wholeRows) {}

    /// Columns that are equal to each other: of which inputs, and how many values each has.
    ///
    /// @param distinct by input
    record Equal(Map<Integer, Double> distinct) {
        long inputs() {
            return distinct.keySet().stream().mapToLong(input -> 1L << input).reduce(0, (a, b) -> a | b);
        }
    }

    /// A condition that is no equality of columns, and the share of rows it keeps.
    record Other(long inputs, double share) {}

    sealed interface Tree {
        long inputs();

        record Leaf(int input) implements Tree {
            @Override
            public long inputs() {
                return 1L << input;
            }
        }

        /// The right side is held.
        record Join(Tree left, Tree right) implements Tree {
            @Override
            public long inputs() {
                return left.inputs() | right.inputs();
            }
        }
    }

    private record Costed(Tree tree, double rows, double cost) {}

    private final List<Input> inputs;
    private final List<Equal> equalities;
    private final List<Other> others;

    JoinGraph(List<Input> inputs, List<Equal> equalities, List<Other> others) {
        this.inputs = List.copyOf(inputs);
        this.equalities = List.copyOf(equalities);
        this.others = List.copyOf(others);
    }

    Tree best() {
        return (inputs.size() <= EXHAUSTIVE ? exhaustive() : greedy()).tree();
    }

    private Costed leaf(int input) {
        return new Costed(new Tree.Leaf(input), inputs.get(input).rows(), 0);
    }

    private Costed exhaustive() {
        int count = inputs.size();
        var best = new @Nullable Costed[1 << count];
        for (int i = 0; i < count; i++) {
            best[1 << i] = leaf(i);
        }
        for (int set = 1; set < best.length; set++) {
            for (int part = (set - 1) & set; part > (set ^ part); part = (part - 1) & set) {
                Costed joined = join(best[part], best[set ^ part]);
                Costed known = best[set];
                if (joined != null && (known == null || joined.cost() < known.cost())) {
                    best[set] = joined;
                }
            }
        }
        Costed whole = best[best.length - 1];
        if (whole == null) {
            throw new IllegalStateException("No tree joins [%d] inputs".formatted(count));
        }
        return whole;
    }

    private Costed greedy() {
        var parts = new ArrayList<Costed>();
        for (int i = 0; i < inputs.size(); i++) {
            parts.add(leaf(i));
        }
        while (parts.size() > 1) {
            Costed cheapest = null;
            for (int i = 0; i < parts.size(); i++) {
                for (int j = i + 1; j < parts.size(); j++) {
                    Costed joined = join(parts.get(i), parts.get(j));
                    if (joined != null && (cheapest == null || joined.rows() < cheapest.rows())) {
                        cheapest = joined;
                    }
                }
            }
            if (cheapest == null) {
                throw new IllegalStateException("Nothing is left to join");
            }
            long taken = cheapest.tree().inputs();
            parts.removeIf(part -> (part.tree().inputs() & taken) != 0);
            parts.add(cheapest);
        }
        return parts.getFirst();
    }

    private @Nullable Costed join(@Nullable Costed a, @Nullable Costed b) {
        if (a == null || b == null) {
            return null;
        }
        Costed left = a.rows() >= b.rows() ? a : b;
        Costed right = left == a ? b : a;
        double rows = rows(left.tree().inputs() | right.tree().inputs());
        double cost = a.cost() + b.cost() + rows + HELD * right.rows();
        if (!connected(a.tree().inputs(), b.tree().inputs())) {
            cost += PRODUCT * left.rows() * right.rows();
        }
        return new Costed(new Tree.Join(left.tree(), right.tree()), rows, cost);
    }

    private boolean connected(long a, long b) {
        return equalities.stream().anyMatch(equal -> (equal.inputs() & a) != 0 && (equal.inputs() & b) != 0);
    }

    /// Rows of a set of inputs joined, in whatever order.
    private double rows(long set) {
        double rows = 1;
        long joined = 0;
        for (int i = 0; i < inputs.size(); i++) {
            long bit = 1L << i;
            if ((set & bit) != 0) {
                rows *= inputs.get(i).rows() / matches(i, joined);
                joined |= bit;
            }
        }
        for (Other other : others) {
            if ((other.inputs() & ~set) == 0) {
                rows *= other.share();
            }
        }
        return Math.max(rows, 1);
    }

    /// By how much joining the input to those before it divides the product of their rows. The values of several
    /// columns together are no more than the rows that have them.
    private double matches(int input, long joined) {
        double product = 1;
        int count = 0;
        double most = inputs.get(input).wholeRows();
        for (Equal equal : equalities) {
            Double own = equal.distinct().get(input);
            double other = 0;
            for (Map.Entry<Integer, Double> entry : equal.distinct().entrySet()) {
                if ((joined & 1L << entry.getKey()) != 0) {
                    other = other == 0 ? entry.getValue() : Math.min(other, entry.getValue());
                    most = Math.max(most, inputs.get(entry.getKey()).wholeRows());
                }
            }
            if (own != null && other > 0) {
                product *= Math.max(own, other);
                count++;
            }
        }
        return Math.max(1, count > 1 ? Math.min(product, most) : product);
    }

    /// A mutable beginning of an [Equal].
    static Map<Integer, Double> distinctByInput() {
        return new HashMap<>();
    }
}
