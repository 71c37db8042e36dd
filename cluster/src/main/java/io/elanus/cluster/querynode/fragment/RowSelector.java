package io.elanus.cluster.querynode.fragment;

import io.elanus.cluster.querynode.fragment.Candidates.Condition;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.scalar.IndexedFilter;
import io.elanus.storage.segment.SegmentSnapshot;
import io.elanus.storage.visibility.Visibility;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds the rows of segments that a fragment's shape may choose from: visible, of the asked keys, and passing the
/// filter. Indexes over the filter's columns narrow them down first. One thread at a time.
final class RowSelector {
    private final FragmentRequest request;
    private final FragmentResources resources;
    private final Tally tally;
    /// Compiled when a segment first needs it.
    private @Nullable Condition filter;
    /// What indexes leave of the filter, which is the same for most segments.
    private final Map<Expr, Condition> rests = new HashMap<>();
    private final Map<Expr, TextMatch.Split> splits = new HashMap<>();

    RowSelector(FragmentRequest request, FragmentResources resources) {
        this.request = request;
        this.resources = resources;
        this.tally = resources.tally();
    }

    private @Nullable Condition filter() {
        if (filter == null) {
            filter = request.filter().map(expr -> Condition.of(expr, request)).orElse(null);
        }
        return filter;
    }

    /// May the segment hold a row of the answer, as far as its statistics tell?
    boolean mayHold(SegmentView segment) {
        boolean partition = request.partitions().isEmpty()
                || request.partitions().contains(segment.rows().id().partitionId());
        boolean may = partition
                && segment.rows().rows() > 0
                && segment.statistics().minTs() <= request.readTs()
                && request.filter()
                        .map(expr -> StatisticsPruner.mayPass(expr, request.inputs(), segment.statistics()))
                        .orElse(true);
        (may ? tally.segmentsSearched : tally.segmentsPruned).increment();
        return may;
    }

    /// The rows of the whole segment.
    RowFilter select(SegmentView segment) {
        return request.filter().isEmpty() && request.keys().isEmpty()
                ? counted(visible(segment))
                : filtered(segment, candidates(segment));
    }

    /// The same for a search: what the filter keeps is remembered for the next search under it.
    ///
    /// @param key of the filter; empty for one that is not remembered
    RowFilter selectForSearch(SegmentView segment, Optional<FilterCache.Key> key) {
        if (key.isEmpty() || segment.filters().isEmpty()) {
            return select(segment);
        }
        FilterCache cache = segment.filters().get();
        RowFilter visible = visible(segment);
        long[] known = cache.find(key.get(), visible.words());
        if (known != null) {
            tally.strategy("filter cached");
            return counted(RowFilter.of(known, visible.rows()));
        }
        RowFilter selected = filtered(segment, candidates(segment, visible));
        cache.computed(key.get(), visible.words(), selected.words());
        return selected;
    }

    private RowFilter filtered(SegmentView segment, Candidates candidates) {
        SegmentSnapshot rows = segment.rows();
        for (int chunk = 0; chunk < rows.chunks(); chunk++) {
            candidates.filter(chunk);
        }
        return counted(RowFilter.of(candidates.words(), rows.rows()));
    }

    private RowFilter counted(RowFilter selected) {
        tally.rowsPassed.add(selected.cardinality());
        return selected;
    }

    private RowFilter visible(SegmentView segment) {
        return segment.rows().visible(request.readTs());
    }

    /// The rows that the filter has yet to look at.
    Candidates candidates(SegmentView segment) {
        if (request.keys().isEmpty()) {
            return candidates(segment, visible(segment));
        }
        SegmentSnapshot rows = segment.rows();
        long[] words = new long[(rows.rows() + 63) >>> 6];
        for (int row : lookUp(rows)) {
            words[row >>> 6] |= 1L << row;
        }
        return candidates(segment, words, filter());
    }

    private Candidates candidates(SegmentView segment, RowFilter visible) {
        return narrowed(segment, visible)
                .orElseGet(() -> candidates(segment, visible.words().clone(), filter()));
    }

    /// Inverted lists answer what they can of the condition, unless there are only a few keys to look at.
    private Candidates candidates(SegmentView segment, long[] words, @Nullable Condition condition) {
        if (condition == null || !request.keys().isEmpty()) {
            return new Candidates(request, segment, words, condition, resources);
        }
        TextMatch.Split split =
                splits.computeIfAbsent(condition.expr(), expr -> TextMatch.split(expr, request.inputs()));
        if (split.matches().isEmpty()) {
            return new Candidates(request, segment, words, condition, resources);
        }
        long[] left = words;
        for (TextMatch match : split.matches()) {
            resources.guard().check();
            left = TextReads.matching(segment, match, left);
        }
        Condition rest = split.rest()
                .map(expr -> rests.computeIfAbsent(expr, _ -> Condition.of(expr, request)))
                .orElse(null);
        return new Candidates(request, segment, left, rest, resources);
    }

    /// By indexes over the columns of the filter; empty when there are none that help.
    private Optional<Candidates> narrowed(SegmentView segment, RowFilter visible) {
        Condition asked = filter();
        if (asked == null) {
            return Optional.empty();
        }
        var indexes = new FilterIndexes(request, asked.expr(), asked.use().ordinals(), segment);
        if (indexes.isEmpty()) {
            return Optional.empty();
        }
        try {
            return narrowed(segment, visible, indexes);
        } catch (RuntimeException | InternalError damage) { // an error of the filter itself is none of the index
            if (!NearestSearch.isDamage(damage)) {
                throw damage;
            }
            indexes.all().forEach(index -> index.onDamaged().accept(damage));
            return Optional.empty();
        }
    }

    private Optional<Candidates> narrowed(SegmentView segment, RowFilter visible, FilterIndexes indexes) {
        Optional<IndexedFilter> indexed =
                IndexedFilter.of(indexes.filter(), indexes::find, segment.rows().rows());
        return indexed.map(chosen -> {
            long[] words = visible.words().clone();
            long examined = chosen.retain(words);
            tally.rowsScanned.add(chosen.rest().isPresent() ? 0 : examined);
            chosen.inputs().forEach(ordinal -> tally.strategy(indexes.describe(ordinal)));
            Condition rest = chosen.rest()
                    .map(indexes::restore)
                    .map(expr -> rests.computeIfAbsent(expr, _ -> Condition.of(expr, request)))
                    .orElse(null);
            return candidates(segment, words, rest);
        });
    }

    /// Visible rows with the asked keys, rising.
    private int[] lookUp(SegmentSnapshot rows) {
        int[] found = new int[8];
        int count = 0;
        for (byte[] key : request.keys()) {
            for (int row : rows.findRows(key)) {
                if (Visibility.visible(rows.ts(row), rows.endTs(row), request.readTs())) {
                    if (count == found.length) {
                        found = Arrays.copyOf(found, 2 * count);
                    }
                    found[count++] = row;
                }
            }
        }
        int[] sorted = Arrays.copyOf(found, count);
        Arrays.sort(sorted);
        return sorted;
    }

    /// Rows with the asked keys that pass; nothing else of the segment is looked at.
    int[] selectKeys(SegmentView segment) {
        int[] found = lookUp(segment.rows());
        Condition asked = filter();
        if (asked != null && found.length > 0) {
            long[] words = Candidates.passing(asked, found, segment, resources);
            int kept = 0;
            for (int i = 0; i < found.length; i++) {
                if ((words[i >>> 6] & 1L << i) != 0) {
                    found[kept++] = found[i];
                }
            }
            found = Arrays.copyOf(found, kept);
        } else {
            tally.rowsScanned.add(found.length);
        }
        tally.rowsPassed.add(found.length);
        return found;
    }
}
