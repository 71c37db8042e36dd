package io.elanus.sql.fuzz;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A condition as SQL writes it, and as three-valued logic decides it from the truth of its leaves: an oracle for all
/// that stands between them.
sealed interface Condition {
    String sql();

    /// Puts the leaves' texts into the set.
    void leaves(Set<String> into);

    /// @param leaves truth by text of the leaf; null is unknown
    @Nullable
    Boolean truth(Map<String, @Nullable Boolean> leaves);

    default Set<String> leaves() {
        var leaves = new TreeSet<String>();
        leaves(leaves);
        return leaves;
    }

    record Leaf(String sql) implements Condition {
        @Override
        public void leaves(Set<String> into) {
            into.add(sql);
        }

        @Override
        public @Nullable Boolean truth(Map<String, @Nullable Boolean> leaves) {
            return leaves.get(sql);
        }
    }

    /// Terms joined by AND, where `decisive` is FALSE, or by OR, where it is TRUE.
    record Chain(boolean decisive, List<Condition> terms) implements Condition {
        @Override
        public String sql() {
            return terms.stream()
                    .map(Condition::sql)
                    .collect(Collectors.joining(decisive ? " OR " : " AND ", "(", ")"));
        }

        @Override
        public void leaves(Set<String> into) {
            terms.forEach(term -> term.leaves(into));
        }

        @Override
        public @Nullable Boolean truth(Map<String, @Nullable Boolean> leaves) {
            boolean unknown = false;
            for (Condition term : terms) {
                Boolean truth = term.truth(leaves);
                if (truth == null) {
                    unknown = true;
                } else if (truth == decisive) {
                    return decisive;
                }
            }
            return unknown ? null : !decisive;
        }
    }

    record Not(Condition negated) implements Condition {
        @Override
        public String sql() {
            return "NOT (" + negated.sql() + ")";
        }

        @Override
        public void leaves(Set<String> into) {
            negated.leaves(into);
        }

        @Override
        public @Nullable Boolean truth(Map<String, @Nullable Boolean> leaves) {
            Boolean truth = negated.truth(leaves);
            return truth == null ? null : !truth;
        }
    }

    /// `IS TRUE`, `IS NOT FALSE` and so on.
    ///
    /// @param expected null: IS NULL
    record Is(Condition tested, @Nullable Boolean expected, boolean negated) implements Condition {
        @Override
        public String sql() {
            return "(%s) IS %s%s"
                    .formatted(
                            tested.sql(),
                            negated ? "NOT " : "",
                            expected == null ? "NULL" : expected ? "TRUE" : "FALSE");
        }

        @Override
        public void leaves(Set<String> into) {
            tested.leaves(into);
        }

        @Override
        public Boolean truth(Map<String, @Nullable Boolean> leaves) {
            Boolean truth = tested.truth(leaves);
            boolean is = expected == null ? truth == null : expected.equals(truth);
            return is != negated;
        }
    }

    record Choice(Condition when, Condition then, Condition otherwise) implements Condition {
        @Override
        public String sql() {
            return "CASE WHEN %s THEN %s ELSE %s END".formatted(when.sql(), then.sql(), otherwise.sql());
        }

        @Override
        public void leaves(Set<String> into) {
            when.leaves(into);
            then.leaves(into);
            otherwise.leaves(into);
        }

        @Override
        public @Nullable Boolean truth(Map<String, @Nullable Boolean> leaves) {
            return Boolean.TRUE.equals(when.truth(leaves)) ? then.truth(leaves) : otherwise.truth(leaves);
        }
    }

    /// COALESCE of two.
    record First(Condition first, Condition second) implements Condition {
        @Override
        public String sql() {
            return "COALESCE(%s, %s)".formatted(first.sql(), second.sql());
        }

        @Override
        public void leaves(Set<String> into) {
            first.leaves(into);
            second.leaves(into);
        }

        @Override
        public @Nullable Boolean truth(Map<String, @Nullable Boolean> leaves) {
            Boolean truth = first.truth(leaves);
            return truth == null ? second.truth(leaves) : truth;
        }
    }
}
