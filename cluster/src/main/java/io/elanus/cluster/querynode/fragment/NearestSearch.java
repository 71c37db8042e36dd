package io.elanus.cluster.querynode.fragment;

import io.elanus.cluster.querynode.fragment.ChosenRows.Choice;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.index.Query;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.ValueSource;
import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.index.VectorIndex.Searcher;
import io.elanus.storage.memory.MappedFault;
import io.elanus.storage.text.TextPostings;
import io.elanus.storage.text.TextSearcher;
import io.elanus.storage.type.ColumnType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The k nearest rows of each segment, and of all of them.
///
/// A segment is searched through an index of the metric if it has one (which knows by itself when comparing the
/// rows that pass is cheaper), or through what stands in for one that the table has and the segment will get, else
/// by comparing every row that passes.
///
/// Rows whose vector is NULL have no distance: they come after all others, and only when fewer than k others pass.
final class NearestSearch {
    private static final double NANOS_PER_WALK = 300_000;
    private static final double NANOS_PER_ROW = 15;
    private static final double NANOS_PER_ELEMENT = 0.12;
    /// A guess for sparse vectors, and for texts: merging a hundred entries takes as long as a dense distance over
    /// so many elements.
    private static final int SPARSE_ELEMENTS = 2_000;

    /// What one segment found: hits of each query, and the rows that pass.
    @SuppressWarnings("ArrayRecordComponent")
    record Found(int segment, Hits[] hits, RowFilter passing) {}

    private final FragmentRequest request;
    private final Shape.Nearest shape;
    private final FragmentResources resources;
    private final int dimension;
    /// Under which segments remember what the filter keeps; empty where they do not.
    private final Optional<FilterCache.Key> filterKey;

    NearestSearch(FragmentRequest request, Shape.Nearest shape, FragmentResources resources) {
        this.request = request;
        this.shape = shape;
        this.resources = resources;
        this.dimension = compared(shape.column().type());
        this.filterKey = request.keys().isEmpty()
                ? request.filter().flatMap(filter -> FilterCache.Key.of(filter, request.inputs()))
                : Optional.empty();
    }

    /// Elements that a distance looks at.
    private static int compared(ColumnType type) {
        return type instanceof ColumnType.Vector vector && !vector.sparse() ? vector.dimension() : SPARSE_ELEMENTS;
    }

    /// About how long a segment takes.
    double costNanos(SegmentView segment) {
        double filtering = request.filter().isPresent() ? segment.rows().rows() * 5.0 : 0;
        return filtering
                + shape.queries().size()
                        * (index(segment).isPresent()
                                ? NANOS_PER_WALK
                                : segment.rows().rows() * (NANOS_PER_ROW + dimension * NANOS_PER_ELEMENT));
    }

    private Optional<SegmentView.Index> index(SegmentView segment) {
        if (text().isPresent()) {
            return segment.findText(shape.column(), text().get().analyzer()).map(SegmentView.TextIndex::index);
        }
        return switch (shape.serving()) {
            case EXACT -> Optional.empty();
            case ANY -> segment.findIndex(shape.column(), shape.metric());
            case INDEX -> segment.findIndex(shape.column(), shape.metric()).or(() -> interim(segment));
        };
    }

    private Optional<SegmentView.Index> interim(SegmentView segment) {
        boolean sparse = shape.column().type() instanceof ColumnType.Vector vector && vector.sparse();
        return sparse ? Optional.empty() : segment.findInterim(shape.column(), shape.metric());
    }

    private Optional<Query.Text> text() {
        return shape.queries().getFirst() instanceof Query.Text text ? Optional.of(text) : Optional.empty();
    }

    /// Searchers without an index. Those of texts have what they need of the texts in memory.
    private SearcherPool exact(SegmentView segment) {
        if (text().isEmpty()) {
            return segment.exact(shape.column(), shape.metric());
        }
        Query.Text search = text().get();
        TextPostings postings = segment.texts(shape.column(), search.analyzer(), search.query());
        return new SearcherPool(() -> new TextSearcher(postings, segment.rows().vectors(shape.column())));
    }

    /// The rows of the segment that pass; null when its statistics exclude it or none do.
    private @Nullable RowFilter passing(SegmentView segment) {
        var selector = new RowSelector(request, resources);
        if (!selector.mayHold(segment)) {
            return null;
        }
        RowFilter passing = selector.selectForSearch(segment, filterKey);
        return passing.cardinality() == 0 ? null : passing;
    }

    private SearchParameters parameters(Optional<SegmentView.Index> index, RowFilter passing) {
        int effort = index.map(found -> shape.effort().of(found.format())).orElse(0);
        return new SearchParameters(
                Math.min(shape.k(), passing.cardinality()),
                effort,
                (float) shape.maxDistance(),
                shape.effort().accuracy());
    }

    /// Greatest distance of a row.
    double bounds() {
        return shape.maxDistance();
    }

    /// The searched column of a segment.
    ValueSource vectors(int place) {
        return resources.view().segments().get(place).rows().vectors(shape.column());
    }

    /// Begins to search one segment, for one query, bit by bit; empty when its statistics exclude it or no row
    /// passes.
    Optional<SegmentStream> stream(int place) {
        SegmentView segment = resources.view().segments().get(place);
        RowFilter passing = passing(segment);
        if (passing == null) {
            return Optional.empty();
        }
        Optional<SegmentView.Index> index = index(segment);
        var search = new SegmentStream.Search(
                shape.queries().getFirst(), parameters(index, passing), index, () -> exact(segment));
        return Optional.of(new SegmentStream(place, passing, search, resources));
    }

    /// Searches one segment; null when its statistics exclude it or no row passes.
    @Nullable
    Found search(int place) {
        SegmentView segment = resources.view().segments().get(place);
        RowFilter passing = passing(segment);
        if (passing == null) {
            return null;
        }
        Optional<SegmentView.Index> index = index(segment);
        SearcherPool pool = index.map(SegmentView.Index::searchers).orElseGet(() -> exact(segment));
        SearchParameters parameters = parameters(index, passing);
        Hits[] hits;
        try {
            hits = searchAll(pool, passing, parameters);
        } catch (StorageException | InternalError damage) {
            if (index.isEmpty() || !isDamage(damage)) {
                throw damage;
            }
            hits = searchAll(exact(segment), passing, parameters);
            // The rows are whole, so it was the index.
            index.get().onDamaged().accept(damage);
            index = Optional.empty();
        }
        resources.tally().strategy(strategy(index, hits[0], passing));
        return new Found(place, hits, passing);
    }

    static boolean isDamage(Throwable error) {
        return MappedFault.is(error) || error instanceof StorageException e && e.code() == ErrorCode.CORRUPT;
    }

    static String strategy(Optional<SegmentView.Index> index, Hits hits, RowFilter passing) {
        String how = index.map(SegmentView.Index::format).orElse("no index") + ", "
                + hits.strategy.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return passing.passesAll() ? how : how + " (filtered)";
    }

    private Hits[] searchAll(SearcherPool pool, RowFilter passing, SearchParameters parameters) {
        Hits[] all = new Hits[shape.queries().size()];
        Searcher searcher = pool.take();
        boolean whole = false;
        try {
            for (int query = 0; query < all.length; query++) {
                resources.guard().check();
                Hits hits = new Hits(parameters.k());
                hits.count = searcher.search(shape.queries().get(query), parameters, passing, hits);
                resources.tally().distances.add(hits.distancesComputed);
                all[query] = hits;
            }
            whole = true;
        } finally {
            if (whole) {
                pool.give(searcher);
            } else {
                searcher.close();
            }
        }
        return all;
    }

    /// The nearest of all segments, query after query.
    Choice merge(List<Found> found) {
        int most = 0;
        for (Found part : found) {
            most = Math.max(most, part.passing().cardinality());
        }
        int queries = shape.queries().size();
        var chosen = new NearestMerge(resources.view().segments(), resources.memory(), (int)
                Math.min(shape.k(), (long) most * Math.max(1, found.size())));
        for (int query = 0; query < queries; query++) {
            chosen.begin(query);
            for (Found part : found) {
                chosen.add(part.segment(), part.hits()[query]);
            }
            chosen.end(request.keyColumn());
            if (chosen.missing() > 0 && shape.maxDistance() == Double.POSITIVE_INFINITY) {
                found.forEach(part -> addWithoutVector(part, chosen));
            }
        }
        return chosen.choice();
    }

    private void addWithoutVector(Found part, NearestMerge chosen) {
        ValueSource vectors = vectors(part.segment());
        long[] words = part.passing().words();
        int rows = part.passing().rows();
        for (int row = Bits.next(words, 0, rows);
                row >= 0 && chosen.missing() > 0;
                row = Bits.next(words, row + 1, rows)) {
            if (vectors.isNull(row)) {
                chosen.addWithoutDistance(part.segment(), row);
            }
        }
    }
}
