package io.elanus.sql.testing;

import com.google.protobuf.ByteString;
import io.elanus.cluster.exchange.BatchStream;
import io.elanus.proto.grpc.Fragment;
import io.elanus.proto.grpc.FragmentStatistics;
import io.elanus.proto.grpc.Literal;
import io.elanus.proto.grpc.TextSearch;
import io.elanus.proto.grpc.TopK;
import io.elanus.storage.compute.AggregateCall;
import io.elanus.storage.compute.BestOfGroups;
import io.elanus.storage.compute.HashAggregator;
import io.elanus.storage.compute.RowAppender;
import io.elanus.storage.compute.SortKey;
import io.elanus.storage.compute.TopRows;
import io.elanus.storage.filter.Evaluator;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.ExprProtos;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.filter.Projection;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.TableSchema;
import io.elanus.storage.type.VectorElement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// Runs a fragment over one batch of visible rows, with the evaluator the nodes use and no index.
final class FakeFragments {
    private static final int MAX_ROWS = 1 << 20;

    private final TableSchema table;
    private final Fragment fragment;
    private final BufferAllocator allocator;

    FakeFragments(TableSchema table, Fragment fragment, BufferAllocator allocator) {
        this.table = table;
        this.fragment = fragment;
        this.allocator = allocator;
    }

    /// @param rows all columns of the table, borrowed
    BatchStream run(VectorSchemaRoot rows) {
        var vectors = new ArrayList<FieldVector>();
        for (int id : fragment.getInputColumnIdsList()) {
            vectors.add(rows.getVector(table.column(id).name()));
        }
        var input = new VectorSchemaRoot(vectors);
        input.setRowCount(rows.getRowCount());
        long[] bitmap = new long[rows.getRowCount() / 64 + 1];
        for (int i = 0; i < rows.getRowCount(); i++) {
            bitmap[i >>> 6] |= 1L << i;
        }
        if (fragment.hasFilter()) {
            Evaluator.compile(ExprProtos.fromProto(fragment.getFilter())).select(input, bitmap, 0);
        }
        return new Stream(
                switch (fragment.getShapeCase()) {
                    case SCAN -> scan(input, bitmap);
                    case TOP_K -> topK(input, rows, bitmap);
                    case SORT ->
                        fragment.getSort().getPartitionCount() > 0
                                ? bestOfGroups(input, bitmap)
                                : sorted(
                                        input,
                                        bitmap,
                                        fragment.getSort().getKeysList().stream()
                                                .map(SortKey::fromProto)
                                                .toList(),
                                        fragment.getSort().getLimit());
                    case AGGREGATE -> aggregate(input, bitmap);
                    case TEXT_COUNT ->
                        textCount(
                                rows,
                                fragment.getTextCount().getColumnId(),
                                fragment.getTextCount().getSearch());
                    case SHAPE_NOT_SET -> throw new IllegalStateException("No shape");
                });
    }

    private VectorSchemaRoot scan(VectorSchemaRoot input, long[] bitmap) {
        long limit = fragment.getScan().getLimit();
        if (limit > 0) {
            long left = limit;
            for (int i = 0; i < bitmap.length * 64; i++) {
                if ((bitmap[i >>> 6] & 1L << i) != 0 && left-- <= 0) {
                    bitmap[i >>> 6] &= ~(1L << i);
                }
            }
        }
        try (var appender = new RowAppender(input.getSchema(), allocator)) {
            appender.append(input, bitmap, 0);
            try (VectorSchemaRoot chosen = appender.take()) {
                return project(chosen);
            }
        }
    }

    private VectorSchemaRoot bestOfGroups(VectorSchemaRoot input, long[] bitmap) {
        var sort = fragment.getSort();
        List<SortKey> keys = sort.getKeysList().stream().map(SortKey::fromProto).toList();
        return scan(input, best(input, bitmap, sort.getPartitionList(), keys, sort.getLimit()));
    }

    /// The first rows of each group.
    private long[] best(
            VectorSchemaRoot input,
            long[] bitmap,
            List<io.elanus.proto.grpc.Expr> groups,
            List<SortKey> keys,
            long limit) {
        try (var numbers = new BigIntVector("row", allocator);
                var best = new BestOfGroups(
                        groups.stream().map(ExprProtos::fromProto).toList(), keys, (int) limit, allocator)) {
            numbers.allocateNew(input.getRowCount() + 1);
            for (int i = 0; i < input.getRowCount(); i++) {
                numbers.set(i, i);
            }
            numbers.setValueCount(input.getRowCount());
            best.add(input, bitmap, 0, numbers);
            long[] kept = new long[bitmap.length];
            for (long row : best.numbers()) {
                kept[(int) row >>> 6] |= 1L << row;
            }
            return kept;
        }
    }

    private VectorSchemaRoot project(VectorSchemaRoot batch) {
        List<Expr> exprs =
                fragment.getProjectionList().stream().map(ExprProtos::fromProto).toList();
        var names = new ArrayList<String>();
        exprs.forEach(_ -> names.add("c" + names.size()));
        return new Projection(exprs, names).project(batch, allocator);
    }

    /// One search after the other, the number of each behind the distance.
    private VectorSchemaRoot topK(VectorSchemaRoot input, VectorSchemaRoot rows, long[] bitmap) {
        var search = fragment.getTopK();
        if (search.getQueryCount() <= 1) {
            return topK(search, 0, input, rows, bitmap);
        }
        int width = search.getQueryVectors().size() / search.getQueryCount();
        RowAppender all = null;
        for (int query = 0; query < search.getQueryCount(); query++) {
            var one = search.toBuilder()
                    .setQueryVectors(search.getQueryVectors().substring(query * width, (query + 1) * width))
                    .build();
            try (VectorSchemaRoot found = topK(one, query, input, rows, bitmap.clone())) {
                all = all == null ? new RowAppender(found.getSchema(), allocator) : all;
                int[] each = new int[found.getRowCount()];
                Arrays.setAll(each, row -> row);
                all.append(found, each, 0, each.length);
            }
        }
        try (RowAppender appended = Objects.requireNonNull(all)) {
            return appended.take();
        }
    }

    private VectorSchemaRoot topK(
            TopK search, int query, VectorSchemaRoot input, VectorSchemaRoot rows, long[] bitmap) {
        Column column = table.column(search.getColumnId());
        Expr value = new Expr.Input(table.ordinal(column.id()), column.type());
        Expr distance = search.hasText()
                ? FakeTexts.distance(value, search.getText())
                : new Expr.Call(
                        operator(Metric.find(search.getMetric()).orElseThrow()),
                        List.of(value, query(search.getQueryVectors(), (ColumnType.Vector) column.type())),
                        ColumnType.Simple.DOUBLE);
        var distanceInput = new Expr.Input(input.getFieldVectors().size(), ColumnType.Simple.DOUBLE);
        Expr number = new Expr.Constant(Literals.of(query, ColumnType.Simple.INTEGER), ColumnType.Simple.INTEGER);
        try (FieldVector distances = Evaluator.compile(distance).evaluate(rows, "distance", allocator);
                FieldVector numbers = Evaluator.compile(number).evaluate(rows, "query", allocator)) {
            var vectors = new ArrayList<>(input.getFieldVectors());
            vectors.add(distances);
            vectors.add(numbers);
            var extended = new VectorSchemaRoot(vectors);
            extended.setRowCount(input.getRowCount());
            for (int i = 0; i < input.getRowCount(); i++) {
                // Without a distance comes last, unless the distance is bounded.
                boolean far = distances.isNull(i)
                        ? search.getMaxDistance() != Double.POSITIVE_INFINITY
                        : ((org.apache.arrow.vector.Float8Vector) distances).get(i) > search.getMaxDistance();
                if (far) {
                    bitmap[i >>> 6] &= ~(1L << i);
                }
            }
            SortKey order = SortKey.ascending(distanceInput);
            long[] among = search.getGroupsCount() == 0
                    ? bitmap
                    : best(extended, bitmap, search.getGroupsList(), List.of(order), search.getGroupSize());
            return sorted(extended, among, List.of(order), search.getK());
        }
    }

    /// A query comes as packed floats, unless it is sparse.
    private static Expr query(ByteString packed, ColumnType.Vector type) {
        Literal literal = Literal.newBuilder().setBinary(packed).build();
        if (type.sparse()) {
            return new Expr.Constant(literal, type);
        }
        var floats = new ColumnType.Vector(type.dimension(), VectorElement.FLOAT32);
        return new Expr.Constant(Literals.of(Literals.value(literal, floats), type), type);
    }

    private VectorSchemaRoot textCount(VectorSchemaRoot rows, int columnId, TextSearch search) {
        return FakeTexts.count(
                (VarCharVector) rows.getVector(table.ordinal(columnId)), rows.getRowCount(), search, allocator);
    }

    private static Operator operator(Metric metric) {
        return switch (metric) {
            case L2 -> Operator.L2_DISTANCE;
            case IP -> Operator.NEGATIVE_INNER_PRODUCT;
            case COSINE -> Operator.COSINE_DISTANCE;
            case L1 -> Operator.L1_DISTANCE;
            case HAMMING -> Operator.HAMMING_DISTANCE;
            case JACCARD -> Operator.JACCARD_DISTANCE;
            case BM25 -> throw new IllegalStateException("No metric of vectors");
        };
    }

    private VectorSchemaRoot sorted(VectorSchemaRoot input, long[] bitmap, List<SortKey> keys, long limit) {
        try (var top = new TopRows(input.getSchema(), keys, limit, allocator)) {
            top.add(input, Arrays.copyOf(bitmap, bitmap.length), 0);
            VectorSchemaRoot first = top.next(MAX_ROWS);
            try (VectorSchemaRoot chosen = first == null ? empty(input.getSchema()) : first) {
                return project(chosen);
            }
        }
    }

    private VectorSchemaRoot empty(Schema schema) {
        VectorSchemaRoot none = VectorSchemaRoot.create(schema, allocator);
        none.allocateNew();
        none.setRowCount(0);
        return none;
    }

    private VectorSchemaRoot aggregate(VectorSchemaRoot input, long[] bitmap) {
        List<Expr> keys = fragment.getAggregate().getKeysList().stream()
                .map(ExprProtos::fromProto)
                .toList();
        List<AggregateCall> calls = fragment.getAggregate().getCallsList().stream()
                .map(AggregateCall::fromProto)
                .toList();
        try (var aggregator = new HashAggregator(keys, calls, allocator)) {
            aggregator.add(input, bitmap, 0);
            VectorSchemaRoot groups = aggregator.nextPartial(MAX_ROWS);
            return groups == null ? empty(HashAggregator.partialSchema(keys, calls)) : groups;
        }
    }

    private static final class Stream implements BatchStream {
        private final Schema schema;
        private @Nullable VectorSchemaRoot batch;

        Stream(VectorSchemaRoot batch) {
            this.schema = batch.getSchema();
            this.batch = batch;
        }

        @Override
        public Schema schema() {
            return schema;
        }

        @Override
        public @Nullable VectorSchemaRoot next() {
            VectorSchemaRoot given = batch;
            batch = null;
            if (given != null && given.getRowCount() == 0) {
                given.close();
                return null;
            }
            return given;
        }

        @Override
        public FragmentStatistics statistics() {
            return FragmentStatistics.getDefaultInstance();
        }

        @Override
        public void close() {
            if (batch != null) {
                batch.close();
                batch = null;
            }
        }
    }
}
