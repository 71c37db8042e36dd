package io.elanus.storage.index.scalar;

import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// A filter over one segment as its scalar indexes see it: the rows that they leave, and what of the filter has yet
/// to be asked of these rows. Immutable; borrows the indexes.
public final class IndexedFilter {
    /// An index that leaves more than one row in so many costs more than reading the column.
    private static final int WORTH_ONE_IN = 4;
    /// Further conditions are asked of an index when it leaves at most so many times the rows of the best: else they
    /// cost less row by row.
    private static final int WORTH_TIMES = 8;

    private final List<Probe> probes;
    private final Optional<Expr> rest;

    private IndexedFilter(List<Probe> probes, Optional<Expr> rest) {
        this.probes = probes;
        this.rest = rest;
    }

    /// A condition of the filter, and what indexes say of it.
    private record Asked(Expr condition, Probe probe) {}

    /// Empty when no index makes it cheaper.
    ///
    /// @param indexes of the columns by input ordinal, null without
    /// @param rows of the segment
    public static Optional<IndexedFilter> of(Expr filter, IntFunction<@Nullable ScalarIndex> indexes, int rows) {
        var translator = new Probes(indexes);
        List<Expr> rest = new ArrayList<>();
        List<Asked> asked = new ArrayList<>();
        for (Expr condition : conditions(filter)) {
            Probe probe = translator.of(condition);
            if (probe == null) {
                rest.add(condition);
            } else {
                asked.add(new Asked(condition, probe));
            }
        }
        List<Probe> joined = new ArrayList<>();
        asked.forEach(one -> Probes.add(joined, one.probe()));
        Optional<Probe> best = joined.stream().min(Comparator.comparingLong(Probe::count));
        if (best.isEmpty() || best.get().count() * WORTH_ONE_IN > rows) {
            return Optional.empty();
        }
        long most = Math.min(
                rows / WORTH_ONE_IN, WORTH_TIMES * Math.max(64, best.get().count()));
        List<Probe> used =
                joined.stream().filter(probe -> probe.count() <= most).toList();
        for (Asked one : asked) {
            if (!one.probe().exact() || used.stream().noneMatch(probe -> covers(probe, one.probe()))) {
                rest.add(one.condition());
            }
        }
        return Optional.of(new IndexedFilter(used, conjunction(rest)));
    }

    /// Is the condition of `part` TRUE wherever `used` leaves a row?
    private static boolean covers(Probe used, Probe part) {
        if (used.equals(part)) {
            return true;
        }
        return used instanceof Probe.Values range
                && range.mayJoin(part)
                && range.join((Probe.Values) part).equals(range);
    }

    private static List<Expr> conditions(Expr filter) {
        return filter instanceof Expr.Call(Operator operator, List<Expr> arguments, var _) && operator == Operator.AND
                ? arguments.stream()
                        .flatMap(argument -> conditions(argument).stream())
                        .toList()
                : List.of(filter);
    }

    private static Optional<Expr> conjunction(List<Expr> conditions) {
        return conditions.size() < 2
                ? conditions.stream().findFirst()
                : Optional.of(new Expr.Call(Operator.AND, conditions, Simple.BOOLEAN));
    }

    /// What has to be asked of the rows that [#retain] leaves; empty when they all pass.
    public Optional<Expr> rest() {
        return rest;
    }

    /// Rows at most that the indexes leave: exact when one condition is asked.
    public long atMost() {
        return probes.stream().mapToLong(Probe::count).min().orElse(0);
    }

    /// Input ordinals of the columns whose indexes are asked.
    public List<Integer> inputs() {
        return probes.stream()
                .flatMap(probe -> probe.inputs().stream())
                .distinct()
                .toList();
    }

    /// Clears the bits of the rows that the indexes exclude. Returns how many rows the indexes named.
    public long retain(long[] words) {
        long named = 0;
        for (Probe probe : probes) {
            long[] marked = new long[words.length];
            probe.mark(marked);
            for (int w = 0; w < words.length; w++) {
                words[w] &= marked[w];
            }
            named += probe.count();
        }
        return named;
    }
}
