package io.elanus.cluster.querynode.fragment;

import io.elanus.storage.filter.Projection;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Rows that were chosen one by one, in the order of choice, with what was computed for each. Their columns are
/// fetched as they are asked for.
final class ChosenRows implements RowProducer {
    /// @param distances NaN: the row has no vector
    /// @param queries which query chose the row; empty: there is none
    @SuppressWarnings("ArrayRecordComponent")
    record Choice(long[] locators, double[] distances, int[] queries) {
        static Choice of(long[] locators) {
            return new Choice(locators, new double[0], new int[0]);
        }
    }

    private final FragmentRequest request;
    private final FragmentResources resources;
    private final Choice choice;
    private final ColumnUse use;
    private final Projection projection;
    private final RowFetcher fetcher;
    private final int batchRows;
    private int at;

    ChosenRows(FragmentRequest request, FragmentResources resources, Choice choice) {
        this.request = request;
        this.resources = resources;
        this.choice = choice;
        this.use = ColumnUse.of(request.projection(), request.inputs());
        this.projection = new Projection(use.rewrite(request.projection()), request.outputNames());
        this.fetcher = new RowFetcher(resources.view().segments(), use.columns(), resources.memory());
        this.batchRows = Batches.rows(use.columns());
    }

    @Override
    public @Nullable VectorSchemaRoot produce() {
        int count = Math.min(batchRows, choice.locators().length - at);
        if (count == 0) {
            return null;
        }
        VectorSchemaRoot batch = withComputed(fetcher.fetch(choice.locators(), at, count), count);
        at += count;
        return Batches.project(projection, batch, resources.memory());
    }

    @Override
    public boolean isDrained() {
        return at == choice.locators().length;
    }

    /// Adds the distance and the query's number after the columns, if the projection reads them.
    private VectorSchemaRoot withComputed(VectorSchemaRoot rows, int count) {
        boolean distance = use.uses(request.distanceOrdinal());
        boolean query = use.uses(request.queryOrdinal());
        if (!distance && !query) {
            return rows;
        }
        List<FieldVector> vectors = new ArrayList<>(rows.getFieldVectors());
        if (distance) {
            vectors.add(distances(count));
        }
        if (query) {
            vectors.add(queries(count));
        }
        return new VectorSchemaRoot(vectors.stream().map(FieldVector::getField).toList(), vectors, count);
    }

    private Float8Vector distances(int count) {
        var vector = new Float8Vector(ArrowTypes.field("distance", ColumnType.Simple.DOUBLE), resources.memory());
        vector.allocateNew(count);
        for (int i = 0; i < count; i++) {
            double distance = choice.distances()[at + i];
            if (Double.isNaN(distance)) {
                vector.setNull(i);
            } else {
                vector.set(i, distance);
            }
        }
        vector.setValueCount(count);
        return vector;
    }

    private IntVector queries(int count) {
        var vector = new IntVector(ArrowTypes.field("query", ColumnType.Simple.INTEGER), resources.memory());
        vector.allocateNew(count);
        for (int i = 0; i < count; i++) {
            vector.set(i, choice.queries()[at + i]);
        }
        vector.setValueCount(count);
        return vector;
    }

    @Override
    public void close() {}
}
