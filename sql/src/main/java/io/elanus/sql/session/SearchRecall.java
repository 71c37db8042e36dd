package io.elanus.sql.session;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.Executor;
import io.elanus.sql.exec.Profile;
import io.elanus.sql.exec.QueryContext.ReadPoint;
import io.elanus.sql.exec.RowSource;
import io.elanus.sql.plan.FragmentTemplate;
import io.elanus.sql.plan.FragmentTemplate.Shape;
import io.elanus.sql.plan.Merge;
import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.Plan.FragmentScan;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.sql.plan.rel.PlannedQuery;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.compute.SortKey;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// EXPLAIN (ANALYZE, RECALL): runs a query, then each of its vector searches by itself twice, as planned and
/// exactly, all at one read timestamp, and compares the distances that come out.
///
/// The recall of a search is the share of the exact answer's rows that it found, told by distance: a row counts
/// when it is no further away than the last exact one, so of rows that are equally far any will do. Indexes and the
/// exact search may add up the parts of a distance in another order, hence the tolerance.
final class SearchRecall {
    /// Of a distance that is a sum of floats.
    private static final double RELATIVE_TOLERANCE = 1e-5;
    /// Of a cosine distance, whose parts are of the size of 1 however small it is.
    private static final double COSINE_TOLERANCE = 1e-6;

    private final ElanusSession session;
    private final String sql;
    private final PlannedQuery query;
    private List<Literal> parameters;
    private final RunOptions options;
    private final long started;
    private @Nullable ReadPoint readPoint;

    /// @param k rows that were asked for
    private record Answer(List<Double> distances, long k, long nanos, long compared) {}

    SearchRecall(
            ElanusSession session,
            String sql,
            PlannedQuery query,
            List<? extends @Nullable Object> parameters,
            RunOptions options) {
        this.session = session;
        this.sql = sql;
        this.query = query;
        this.parameters = session.bind(parameters, query.parameters(), query.sessionValues());
        this.options = options;
        this.started = now();
    }

    /// Refuses a statement without a vector search.
    static void check(Compiled statement) {
        boolean searches = statement instanceof Compiled.Query(PlannedQuery planned)
                && searches(planned.plan()).findAny().isPresent();
        if (!searches) {
            throw new QueryException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "EXPLAIN with RECALL compares vector searches with their exact answers, and this statement has none.",
                    "Write a query with ORDER BY column <-> vector LIMIT k; EXPLAIN shows such a search as VectorTopK.");
        }
    }

    private static Stream<FragmentScan> searches(Plan plan) {
        return switch (plan) {
            case FragmentScan scan -> Stream.of(scan).filter(each -> find(each).isPresent());
            case Plan.Lookup lookup -> searches(lookup.input()); // its own search depends on the row
            default -> plan.inputs().stream().flatMap(SearchRecall::searches);
        };
    }

    /// The search by vector of a scan; that of a text is exact anyway.
    private static Optional<Shape.TopK> find(FragmentScan scan) {
        Optional<Shape.TopK> search = switch (scan.fragment().shape()) {
            case Shape.TopK topK -> Optional.of(topK);
            case Shape.GroupedTopK grouped -> Optional.of(grouped.nearest());
            case Shape.Scan _, Shape.SortLimit _, Shape.PartialAggregate _ -> Optional.empty();
        };
        return search.filter(topK -> topK.metric() != Metric.BM25);
    }

    /// Runs the statement and returns the number of rows.
    long run(Profile profile) {
        try (Execution execution = begin()) {
            execution.context().measure(profile);
            long[] rows = {0};
            run(query.plan(), execution, batch -> rows[0] += batch.getRowCount());
            // With the values that the run itself gave to some.
            parameters = execution.context().parameters();
            return rows[0];
        }
    }

    /// A line for each search, after the run.
    List<String> lines() {
        return searches(query.plan()).map(this::line).toList();
    }

    private Execution begin() {
        ReadPoint earlier = readPoint;
        RunOptions left = options.spending(Duration.ofNanos(now() - started));
        Execution execution = earlier == null
                ? session.begin(sql, parameters, left, query.settings(), true)
                : session.begin(sql, parameters, left, query.settings(), earlier);
        readPoint = execution.context().readPoint();
        return execution;
    }

    private void run(Plan plan, Execution execution, Consumer<VectorSchemaRoot> each) {
        try (RowSource rows = session.sessions().executor().run(plan, execution.context())) {
            for (VectorSchemaRoot batch = rows.next(); batch != null; batch = rows.next()) {
                try (VectorSchemaRoot read = batch) {
                    each.accept(read);
                }
            }
        }
    }

    private String line(FragmentScan scan) {
        Shape.TopK topK = find(scan).orElseThrow();
        Answer found = answer(distances(scan, topK, topK.exact()));
        Answer exact = answer(distances(scan, topK, true));
        int wanted = exact.distances().size();
        int right = near(found.distances(), exact.distances(), topK.metric());
        return String.format(
                Locale.ROOT,
                "recall@%d of %s (%s %s): %.4f, %d of %d rows; search %s, distances %d; exact %s, distances %d",
                found.k(),
                scan.table().name(),
                scan.table().column(topK.columnId()).name(),
                topK.metric().sql(),
                wanted == 0 ? 1.0 : (double) right / wanted,
                right,
                wanted,
                Explanations.millis(found.nanos()),
                found.compared(),
                Explanations.millis(exact.nanos()),
                exact.compared());
    }

    /// How many of the rows found are as near as the exact ones.
    static int near(List<Double> found, List<Double> exact, Metric metric) {
        if (exact.isEmpty()) {
            return 0;
        }
        double last = exact.getLast();
        double bound = last + Math.abs(last) * RELATIVE_TOLERANCE + (metric == Metric.COSINE ? COSINE_TOLERANCE : 0);
        long near = found.stream().filter(distance -> distance <= bound).count();
        return (int) Math.min(near, exact.size());
    }

    /// The same search, of which only the distances are wanted.
    private static FragmentScan distances(FragmentScan scan, Shape.TopK topK, boolean exact) {
        FragmentTemplate old = scan.fragment();
        var type = ColumnType.Simple.DOUBLE;
        var nearest = new Shape.TopK(
                topK.columnId(),
                topK.metric(),
                topK.queryVector(),
                topK.k(),
                exact,
                topK.parameters(),
                topK.maxDistance());
        Shape shape = old.shape() instanceof Shape.GroupedTopK(var _, var groups, var size)
                ? new Shape.GroupedTopK(nearest, groups, size)
                : nearest;
        var template = new FragmentTemplate(
                old.inputColumnIds(),
                old.filter(),
                old.keys(),
                shape,
                List.of(new Expr.Input(old.inputColumnIds().size(), type)));
        var nearestFirst = new Merge.Sorted(
                List.of(SortKey.ascending(new Expr.Input(0, type))), Optional.empty(), Optional.of(topK.k()));
        return new FragmentScan(
                scan.table(), template, nearestFirst, scan.asOf(), List.of(new PlanColumn("distance", type)));
    }

    private Answer answer(FragmentScan scan) {
        var profile = new Profile();
        var distances = new ArrayList<Double>();
        try (Execution execution = begin()) {
            execution.context().measure(profile);
            long from = now();
            run(scan, execution, batch -> add((Float8Vector) batch.getVector(0), distances));
            long nanos = now() - from;
            long compared = profile.find(scan).stream()
                    .flatMap(node -> node.shards().stream())
                    .mapToLong(shard -> shard.counted().getDistancesComputed())
                    .sum();
            long k = Executor.limit(find(scan).map(Shape.TopK::k), execution.context());
            return new Answer(distances, k, nanos, compared);
        }
    }

    /// A row without a distance comes after all others.
    private static void add(Float8Vector column, List<Double> distances) {
        for (int row = 0; row < column.getValueCount(); row++) {
            double distance = column.isNull(row) ? Double.NaN : column.get(row);
            distances.add(Double.isNaN(distance) ? Double.POSITIVE_INFINITY : distance);
        }
    }

    private long now() {
        return session.sessions().services().clock().monotonicNanos();
    }
}
