package io.elanus.cluster.querynode.fragment;

import io.elanus.storage.compute.AggregateCall;
import io.elanus.storage.compute.AggregateFunction;
import io.elanus.storage.compute.GroupResults;
import io.elanus.storage.compute.HashAggregator;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.segment.SegmentSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// Partial states of groups. The chunks of all segments are divided among the tasks. What the tasks have found is
/// then divided anew, by the keys, and each share merged by itself, so that every group leaves the node once;
/// unless memory is short, then the proxy merges them.
final class Grouping {
    private static final int BATCH = 4096;
    private static final double NANOS_PER_ROW = 20;
    /// Less work than this is not worth a second task.
    private static final double WORTH_SPLITTING_NANOS = 1_000_000;

    /// Fewer groups than this are merged by one task.
    private static final int WORTH_SHARING_GROUPS = 8192;

    /// Some chunks of a segment.
    record Stretch(SegmentView segment, int firstChunk, int endChunk) {}

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

    private Schema schema() {
        return HashAggregator.partialSchema(shape.keys(), shape.calls());
    }

    /// Of parts that are not merged.
    Schema schema(List<RowProducer> parts) {
        return parts.size() == 1 ? mergedSchema() : schema();
    }

    Schema mergedSchema() {
        return GroupResults.once(schema());
    }

    /// Numbers of the shares by which these parts are to be merged; none if they stay as they are.
    List<Integer> shares(List<RowProducer> parts, int threads) {
        if (parts.size() == 1) {
            return List.of();
        }
        long groups = 0;
        for (RowProducer part : parts) {
            groups += part instanceof Grouped grouped ? grouped.aggregator.groups() : 1;
        }
        BufferAllocator memory = resources.memory();
        if (groups > WORTH_SHARING_GROUPS && memory.getHeadroom() < memory.getAllocatedMemory()) {
            return List.of();
        }
        int shares = groups > WORTH_SHARING_GROUPS ? Math.max(1, threads) : 1;
        return IntStream.range(0, shares).boxed().toList();
    }

    /// One share of all parts, which keep what they have.
    RowProducer merge(List<RowProducer> parts, int share, int shares) {
        if (countsOnly()) {
            return new Counted(
                    parts.stream().mapToLong(part -> ((Counted) part).count).sum());
        }
        var whole = new HashAggregator(keys, calls, resources.memory());
        try {
            for (RowProducer part : parts) {
                whole.absorb(((Grouped) part).aggregator, share, shares, resources.guard()::check);
            }
            return new Grouped(whole);
        } catch (RuntimeException e) {
            whole.close();
            throw e;
        }
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

    /// The chunks that may hold rows of the answer, divided into tasks of about the same work.
    List<List<Stretch>> split(List<SegmentView> segments, int threads) {
        var selector = new RowSelector(request, resources);
        List<SegmentView> held = segments.stream().filter(selector::mayHold).toList();
        double all = held.stream().mapToDouble(this::costNanos).sum();
        double share = Math.max(WORTH_SPLITTING_NANOS, all / Math.max(1, threads));
        List<List<Stretch>> parts = new ArrayList<>();
        List<Stretch> part = new ArrayList<>();
        double left = share;
        for (SegmentView segment : held) {
            int chunks = segment.rows().chunks();
            double cost = costNanos(segment) / Math.max(1, chunks);
            int from = 0;
            for (int chunk = 1; chunk <= chunks; chunk++) {
                left -= cost;
                boolean full = left < cost / 2;
                if (chunk == chunks || full && divisible(segment)) {
                    part.add(new Stretch(segment, from, chunk));
                    from = chunk;
                }
                if (full && from == chunk) {
                    parts.add(part);
                    part = new ArrayList<>();
                    left = share;
                }
            }
        }
        if (!part.isEmpty() || parts.isEmpty()) {
            parts.add(part);
        }
        return parts;
    }

    /// A count looks at no chunks, and an index is looked up once for its segment.
    private boolean divisible(SegmentView segment) {
        return !countsOnly()
                && (request.filter().isEmpty()
                        || request.inputs().stream()
                                .allMatch(column -> segment.findValues(column).isEmpty()
                                        && segment.findPaths(column).isEmpty()));
    }

    /// Groups the rows of some chunks; the caller closes what comes back.
    RowProducer group(List<Stretch> stretches) {
        var selector = new RowSelector(request, resources);
        if (countsOnly()) {
            long count = 0;
            for (Stretch stretch : stretches) {
                count += selector.select(stretch.segment()).cardinality();
            }
            return new Counted(count);
        }
        var aggregator = new HashAggregator(keys, calls, resources.memory());
        try {
            for (Stretch stretch : stretches) {
                add(selector, stretch, aggregator);
            }
            aggregator.seal();
            return new Grouped(aggregator);
        } catch (RuntimeException e) {
            aggregator.close();
            throw e;
        }
    }

    private void add(RowSelector selector, Stretch stretch, HashAggregator aggregator) {
        SegmentView segment = stretch.segment();
        SegmentSnapshot rows = segment.rows();
        boolean filtered = request.filter().isPresent() || !request.keys().isEmpty();
        Candidates candidates = filtered ? selector.candidates(segment) : null;
        long[] words = candidates == null ? rows.visible(request.readTs()).words() : candidates.words();
        for (int chunk = stretch.firstChunk(); chunk < stretch.endChunk(); chunk++) {
            resources.guard().check();
            int from = chunk * rows.chunkRows();
            if (candidates != null) {
                candidates.filter(chunk);
            }
            resources.tally().rowsPassed.add(Bits.count(words, from, rows.rowsOf(chunk)));
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
