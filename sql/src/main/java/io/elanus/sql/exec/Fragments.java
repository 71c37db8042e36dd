package io.elanus.sql.exec;

import com.google.protobuf.ByteString;
import io.elanus.proto.grpc.Aggregate;
import io.elanus.proto.grpc.Fragment;
import io.elanus.proto.grpc.Literal;
import io.elanus.proto.grpc.Scan;
import io.elanus.proto.grpc.SortLimit;
import io.elanus.proto.grpc.TopK;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.plan.FragmentTemplate;
import io.elanus.sql.plan.Partitions;
import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.rule.Exprs;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.ExprProtos;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.HybridTime;
import io.elanus.storage.type.Metric;
import io.elanus.storage.visibility.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Binds a scan's template to one run: parameters, timestamps, deadline, memory.
final class Fragments {
    /// Up to here a search finds all rows at once, in order.
    private static final long STREAMED_ROWS = 1_000;

    private Fragments() {}

    /// Can no row come out? So it is when every key asked for is NULL, and with a limit of 0: on the wire no keys
    /// mean all rows, and 0 means no limit.
    static boolean nothing(Plan.FragmentScan scan, QueryContext context) {
        List<Expr> keys = scan.fragment().keys();
        boolean noKey = !keys.isEmpty()
                && keys.stream()
                        .allMatch(key ->
                                Literals.evaluate(Executor.bind(key, context)).getNull());
        return noKey
                || limit(scan.fragment().shape())
                        .map(limit -> Executor.limit(Optional.of(limit), context) == 0)
                        .orElse(false);
    }

    private static Optional<Expr> limit(FragmentTemplate.Shape shape) {
        return switch (shape) {
            case FragmentTemplate.Shape.Scan(var limit) -> limit;
            case FragmentTemplate.Shape.TopK topK -> Optional.of(topK.k());
            case FragmentTemplate.Shape.GroupedTopK grouped ->
                Optional.of(grouped.nearest().k());
            case FragmentTemplate.Shape.SortLimit(var _, var limit, var _) -> Optional.of(limit);
            case FragmentTemplate.Shape.PartialAggregate _ -> Optional.empty();
        };
    }

    /// @param restrictions conditions that the run has found, beside the template's
    /// @param texts has completed the scan
    static Fragment of(Plan.FragmentScan scan, List<Expr> restrictions, TextCalls texts, QueryContext context) {
        FragmentTemplate template = scan.fragment();
        var fragment = Fragment.newBuilder()
                .setQueryId(context.queryId())
                .setTableId(scan.table().tableId())
                .setSchemaVersion(scan.table().version())
                .setMemoryLimitBytes(context.allocator().getLimit())
                .setAnalyze(context.profile().isPresent())
                .addAllInputColumnIds(template.inputColumnIds());
        setTimes(scan, context, fragment);
        filter(template, restrictions)
                .map(filter -> Executor.bind(filter, context))
                .ifPresent(filter -> {
                    fragment.setFilter(ExprProtos.toProto(filter));
                    Partitions.of(scan.table(), template.inputColumnIds(), filter)
                            .ifPresent(partitions -> fragment.addAllPartitionIds(partitions.ids()));
                });
        ColumnType keyType = scan.table().keyColumn().type();
        for (Expr key : template.keys()) {
            Literal literal = Literals.evaluate(Executor.bind(key, context));
            if (!literal.getNull()) {
                fragment.addKeys(ByteString.copyFrom(Keys.of(literal, keyType)));
            }
        }
        setShape(scan, texts, context, fragment);
        template.projection().forEach(expr -> fragment.addProjection(ExprProtos.toProto(Executor.bind(expr, context))));
        return fragment.build();
    }

    /// The restrictions first: they are quick, and leave out most.
    private static Optional<Expr> filter(FragmentTemplate template, List<Expr> restrictions) {
        if (restrictions.isEmpty()) {
            return template.filter();
        }
        var all = new ArrayList<>(restrictions);
        template.filter().ifPresent(filter -> all.addAll(Exprs.conjuncts(filter)));
        return Exprs.and(all);
    }

    private static void setTimes(Plan.FragmentScan scan, QueryContext context, Fragment.Builder fragment) {
        fragment.setReadTs(context.readPoint().readTs())
                .setGuaranteeTs(context.readPoint().guaranteeTs());
        scan.asOf().ifPresent(expr -> {
            long asOf = asOf(Literals.evaluate(Executor.bind(expr, context)));
            fragment.setReadTs(asOf).setGuaranteeTs(asOf);
        });
        if (context.remainingNanos() != Long.MAX_VALUE) {
            fragment.setDeadlineMillis(Math.max(1, TimeUnit.NANOSECONDS.toMillis(context.remainingNanos())));
        }
    }

    /// All of the given microsecond's millisecond counts.
    private static long asOf(Literal micros) {
        if (micros.getNull()) {
            throw new QueryException(
                    ErrorCode.INVALID_PARAMETER,
                    "FOR SYSTEM_TIME AS OF takes a timestamp, not NULL.",
                    "Write a time, such as TIMESTAMP '2026-01-31 12:00:00'.");
        }
        return HybridTime.of(Math.floorDiv(micros.getInt64(), 1000L), HybridTime.LOGICAL_MASK);
    }

    private static void setShape(
            Plan.FragmentScan scan, TextCalls texts, QueryContext context, Fragment.Builder fragment) {
        switch (scan.fragment().shape()) {
            case FragmentTemplate.Shape.Scan(var limit) -> {
                long rows = Executor.limit(limit, context);
                fragment.setScan(Scan.newBuilder().setLimit(rows == Long.MAX_VALUE ? 0 : rows));
            }
            case FragmentTemplate.Shape.TopK topK ->
                fragment.setTopK(
                        topK.metric() == Metric.BM25 ? texts(topK, scan, texts, context) : topK(topK, scan, context));
            case FragmentTemplate.Shape.GroupedTopK(var nearest, var groups, var size) -> {
                TopK.Builder search = topK(nearest, scan, context).toBuilder();
                groups.forEach(group -> search.addGroups(ExprProtos.toProto(Executor.bind(group, context))));
                fragment.setTopK(search.setGroupSize(
                        (int) Math.min(Executor.limit(Optional.of(size), context), Integer.MAX_VALUE)));
            }
            case FragmentTemplate.Shape.SortLimit(var keys, var limit, var partition) -> {
                var sort = SortLimit.newBuilder().setLimit(Executor.limit(Optional.of(limit), context));
                keys.forEach(key -> sort.addKeys(key.bind(context.parameters()).toProto()));
                partition.forEach(key -> sort.addPartition(ExprProtos.toProto(Executor.bind(key, context))));
                fragment.setSort(sort);
            }
            case FragmentTemplate.Shape.PartialAggregate(var keys, var calls) -> {
                var aggregate = Aggregate.newBuilder();
                keys.forEach(key -> aggregate.addKeys(ExprProtos.toProto(Executor.bind(key, context))));
                calls.forEach(call ->
                        aggregate.addCalls(call.bind(context.parameters()).toProto()));
                fragment.setAggregate(aggregate);
            }
        }
    }

    private static TopK texts(
            FragmentTemplate.Shape.TopK shape, Plan.FragmentScan scan, TextCalls texts, QueryContext context) {
        long k = Executor.limit(Optional.of(shape.k()), context);
        return TopK.newBuilder()
                .setColumnId(shape.columnId())
                .setMetric(shape.metric().name())
                .setK((int) Math.min(k, Integer.MAX_VALUE))
                .setText(texts.search(
                        shape.queryVector(), scan.table(), scan.table().column(shape.columnId())))
                .setMaxDistance(shape.maxDistance()
                        .map(bound -> maxDistance(bound, context))
                        .orElse(Double.POSITIVE_INFINITY))
                .build();
    }

    private static TopK topK(FragmentTemplate.Shape.TopK shape, Plan.FragmentScan scan, QueryContext context) {
        Literal query = Literals.evaluate(Executor.bind(shape.queryVector(), context));
        if (query.getNull()) {
            throw new QueryException(
                    ErrorCode.INVALID_PARAMETER,
                    "The query vector is NULL, and nothing is near to that.",
                    "Bind a vector, such as '[1, 2, 3]'; a subquery without a row is NULL too.");
        }
        var column = (ColumnType.Vector) scan.table().column(shape.columnId()).type();
        var type = (ColumnType.Vector) shape.queryVector().type();
        if (type.dimension() != column.dimension()) {
            throw new QueryException(
                    ErrorCode.DIMENSION_MISMATCH,
                    "The query vector has [%d] dimensions, column [%s] has [%d]."
                            .formatted(
                                    type.dimension(),
                                    scan.table().column(shape.columnId()).name(),
                                    column.dimension()));
        }
        if (type.sparse() != column.sparse()) {
            throw new QueryException(
                    ErrorCode.DATATYPE_MISMATCH,
                    "The query vector is of type [%s], column [%s] of type [%s]."
                            .formatted(
                                    type.sql(),
                                    scan.table().column(shape.columnId()).name(),
                                    column.sql()),
                    "Cast the query to the type of the column.");
        }
        long k = Executor.limit(Optional.of(shape.k()), context);
        return TopK.newBuilder()
                .setColumnId(shape.columnId())
                .setMetric(shape.metric().name())
                .setQueryVectors(FloatVectors.packed(query.getBinary(), type))
                .setQueryCount(1)
                .setK((int) Math.min(k, Integer.MAX_VALUE))
                .setExact(shape.exact())
                .setStream(k > STREAMED_ROWS && shape.parameters().containsKey("stream"))
                .putAllParameters(context.readPoint().searchParameters())
                .putAllParameters(shape.parameters())
                .setMaxDistance(shape.maxDistance()
                        .map(bound -> maxDistance(bound, context))
                        .orElse(Double.POSITIVE_INFINITY))
                .build();
    }

    /// Searches compare distances as floats, so an exclusive bound becomes the greatest float below it.
    private static double maxDistance(FragmentTemplate.Shape.Bound bound, QueryContext context) {
        Literal literal = Literals.evaluate(Executor.bind(bound.distance(), context));
        if (literal.getNull()) {
            return Double.NEGATIVE_INFINITY;
        }
        double limit = literal.getFloat64();
        if (bound.inclusive() || Double.isNaN(limit)) {
            return limit;
        }
        float below = (float) limit;
        while (below >= limit) {
            below = Math.nextDown(below);
        }
        return below;
    }
}
