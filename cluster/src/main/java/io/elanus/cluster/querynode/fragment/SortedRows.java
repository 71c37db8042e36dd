package io.elanus.cluster.querynode.fragment;

import io.elanus.cluster.querynode.fragment.ChosenRows.Choice;
import io.elanus.storage.compute.BestOfGroups;
import io.elanus.storage.compute.SortKey;
import io.elanus.storage.compute.TopRows;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.segment.SegmentSnapshot;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/// The first rows in an order. Only the sort keys' columns are read, with a locator beside them; the output columns
/// are fetched for the rows that stay.
final class SortedRows {
    private static final Field LOCATOR = ArrowTypes.field("locator", ColumnType.Simple.BIGINT);
    private static final int BATCH = 4096;

    private final FragmentRequest request;
    private final Shape.Sorted shape;
    private final FragmentResources resources;
    private final ColumnUse use;

    SortedRows(FragmentRequest request, Shape.Sorted shape, FragmentResources resources) {
        this.request = request;
        this.shape = shape;
        this.resources = resources;
        List<Expr> exprs = new ArrayList<>(shape.partition());
        shape.keys().forEach(key -> exprs.add(key.expr()));
        this.use = ColumnUse.of(exprs, request.inputs());
    }

    Choice choose() {
        List<SortKey> keys = shape.keys().stream()
                .map(key -> new SortKey(rewrite(key.expr()), key.descending(), key.nullsFirst()))
                .toList();
        if (!shape.partition().isEmpty()) {
            return bestOfGroups(keys);
        }
        try (var top = new TopRows(schema(), keys, shape.limit(), resources.memory())) {
            addAll(top::add);
            return drain(top);
        }
    }

    private Choice bestOfGroups(List<SortKey> keys) {
        int limit = Math.clamp(shape.limit(), 1, Integer.MAX_VALUE);
        try (var best = new BestOfGroups(use.rewrite(shape.partition()), keys, limit, resources.memory())) {
            addAll((batch, words, from) -> best.add(batch, words, from, (BigIntVector)
                    batch.getVector(batch.getFieldVectors().size() - 1)));
            return Choice.of(best.numbers());
        }
    }

    /// What takes rows, with their locators behind their columns.
    private interface Sink {
        void add(VectorSchemaRoot batch, long[] words, int from);
    }

    private void addAll(Sink sink) {
        var selector = new RowSelector(request, resources);
        for (int place = 0; place < resources.view().segments().size(); place++) {
            SegmentView segment = resources.view().segments().get(place);
            if (selector.mayHold(segment)) {
                addAll(selector, place, segment, sink);
            }
        }
    }

    private Expr rewrite(Expr expr) {
        return use.rewrite(expr);
    }

    private Schema schema() {
        List<Field> fields = new ArrayList<>();
        for (Column column : use.columns()) {
            fields.add(ArrowTypes.field(column));
        }
        fields.add(LOCATOR);
        return new Schema(fields);
    }

    private void addAll(RowSelector selector, int place, SegmentView segment, Sink sink) {
        SegmentSnapshot rows = segment.rows();
        Candidates candidates = selector.candidates(segment);
        long[] words = candidates.words();
        for (int chunk = 0; chunk < rows.chunks(); chunk++) {
            resources.guard().check();
            int from = chunk * rows.chunkRows();
            int count = rows.rowsOf(chunk);
            candidates.filter(chunk);
            int passed = Bits.count(words, from, count);
            if (passed > 0) {
                resources.tally().rowsPassed.add(passed);
                try (VectorSchemaRoot batch = located(rows.chunk(chunk, use.columns()), place, from, count)) {
                    sink.add(batch, words, from);
                }
            }
        }
    }

    /// The chunk with a locator for each row after its columns.
    private VectorSchemaRoot located(VectorSchemaRoot chunk, int segment, int from, int count) {
        var locators = new BigIntVector(LOCATOR, resources.memory());
        try {
            locators.allocateNew(count);
        } catch (RuntimeException e) {
            chunk.close();
            throw e;
        }
        for (int i = 0; i < count; i++) {
            locators.set(i, RowFetcher.locator(segment, from + i));
        }
        locators.setValueCount(count);
        List<FieldVector> vectors = new ArrayList<>(chunk.getFieldVectors());
        vectors.add(locators);
        return new VectorSchemaRoot(vectors.stream().map(FieldVector::getField).toList(), vectors, count);
    }

    private static Choice drain(TopRows top) {
        long[] locators = new long[BATCH];
        int count = 0;
        for (VectorSchemaRoot next = top.next(BATCH); next != null; next = top.next(BATCH)) {
            try (VectorSchemaRoot batch = next) {
                var vector =
                        (BigIntVector) batch.getVector(batch.getFieldVectors().size() - 1);
                if (count + batch.getRowCount() > locators.length) {
                    locators = Arrays.copyOf(locators, Math.max(2 * locators.length, count + batch.getRowCount()));
                }
                for (int i = 0; i < batch.getRowCount(); i++) {
                    locators[count++] = vector.get(i);
                }
            }
        }
        return Choice.of(Arrays.copyOf(locators, count));
    }
}
