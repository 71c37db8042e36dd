package io.elanus.cluster.querynode.fragment;

import io.elanus.storage.compute.AggregateCall;
import io.elanus.storage.compute.AggregateFunction;
import io.elanus.storage.compute.HashAggregator;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.segment.SegmentSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// Partial states of groups, each segment grouped by itself. Merging them is the proxy's work; groups of the
/// segments one task has seen are already one.
final class Grouping {
    private static final int BATCH = 4096;
    private static final double NANOS_PER_ROW = 20;

    private final FragmentRequest request;
    private final Shape.Groups shape;
    private final FragmentResources resources;
    private final ColumnUse use;
    private final List<Expr> keys;
    private final List<AggregateCall> calls;

    Grouping(FragmentRequest request, Shape.Groups shape, FragmentResources resources) {
        this.request = request;
        this.shape = shape;
        this.resources = resources;
        List<Expr> exprs = new ArrayList<>(shape.keys());
        shape.calls().forEach(call -> {
            exprs.addAll(call.arguments());
            call.filter().ifPresent(exprs::add);
        });
        this.use = ColumnUse.of(exprs, request.inputs());
        this.keys = use.rewrite(shape.keys());
        this.calls = shape.calls().stream().map(this::rewrite).toList();
    }

    private AggregateCall rewrite(AggregateCall call) {
        return new AggregateCall(
                call.function(),
                use.rewrite(call.arguments()),
                Optional.ofNullable(call.filter().map(use::rewrite).orElse(null)),
                call.distinct(),
                call.type());
    }

    Schema schema() {
        return HashAggregator.partialSchema(shape.keys(), shape.calls());
    }

    double costNanos(SegmentView segment) {
        return countsOnly() && request.filter().isEmpty()
                ? segment.rows().rows() * 0.1
                : segment.rows().rows() * NANOS_PER_ROW;
    }

    /// Nothing but `count(*)`: no column is needed for the rows that pass.
    boolean countsOnly() {
        return shape.keys().isEmpty()
                && shape.calls().stream()
                        .allMatch(call -> call.function() == AggregateFunction.COUNT
                                && call.arguments().isEmpty()
                                && call.filter().isEmpty());
    }

    /// Groups the rows of some segments; the caller closes what comes back.
    RowProducer group(List<SegmentView> segments) {
        var selector = new RowSelector(request, resources);
        if (countsOnly()) {
            long count = 0;
            for (SegmentView segment : segments) {
                if (selector.mayHold(segment)) {
                    count += selector.select(segment).cardinality();
                }
            }
            return new Counted(count);
        }
        var aggregator = new HashAggregator(keys, calls, resources.memory());
        try {
            for (SegmentView segment : segments) {
                if (selector.mayHold(segment)) {
                    add(selector, segment, aggregator);
                }
            }
            return new Grouped(aggregator);
        } catch (RuntimeException e) {
            aggregator.close();
            throw e;
        }
    }

    private void add(RowSelector selector, SegmentView segment, HashAggregator aggregator) {
        SegmentSnapshot rows = segment.rows();
        boolean filtered = request.filter().isPresent() || !request.keys().isEmpty();
        Candidates candidates = filtered ? selector.candidates(segment) : null;
        long[] words = candidates == null ? selector.select(segment).words() : candidates.words();
        for (int chunk = 0; chunk < rows.chunks(); chunk++) {
            resources.guard().check();
            int from = chunk * rows.chunkRows();
            if (candidates != null) {
                candidates.filter(chunk);
                resources.tally().rowsPassed.add(Bits.count(words, from, rows.rowsOf(chunk)));
            }
            if (!Bits.none(words, from, rows.rowsOf(chunk))) {
                try (VectorSchemaRoot batch = rows.chunk(chunk, use.columns())) {
                    aggregator.add(batch, words, from);
                }
            }
        }
    }

    private static final class Grouped implements RowProducer {
        private final HashAggregator aggregator;

        Grouped(HashAggregator aggregator) {
            this.aggregator = aggregator;
        }

        @Override
        public @Nullable VectorSchemaRoot produce() {
            return aggregator.nextPartial(BATCH);
        }

        @Override
        public void close() {
            aggregator.close();
        }
    }

    /// One row: the count, once for each call.
    private final class Counted implements RowProducer {
        private final long count;
        private boolean done;

        Counted(long count) {
            this.count = count;
        }

        @Override
        public @Nullable VectorSchemaRoot produce() {
            if (done) {
                return null;
            }
            done = true;
            VectorSchemaRoot batch = VectorSchemaRoot.create(schema(), resources.memory());
            for (FieldVector vector : batch.getFieldVectors()) {
                var counts = (BigIntVector) vector;
                counts.allocateNew(1);
                counts.set(0, count);
            }
            batch.setRowCount(1);
            return batch;
        }

        @Override
        public void close() {}
    }
}
