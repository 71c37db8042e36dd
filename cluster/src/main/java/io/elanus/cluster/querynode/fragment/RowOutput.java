package io.elanus.cluster.querynode.fragment;

import io.elanus.cluster.querynode.fragment.ChosenRows.Choice;
import io.elanus.storage.filter.Projection;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Makes the output columns of rows that were chosen one by one. One thread at a time.
final class RowOutput {
    private final FragmentRequest request;
    private final FragmentResources resources;
    private final ColumnUse use;
    private final Projection projection;
    private final RowFetcher fetcher;

    RowOutput(FragmentRequest request, FragmentResources resources) {
        this.request = request;
        this.resources = resources;
        this.use = ColumnUse.of(request.projection(), request.inputs());
        this.projection = new Projection(use.rewrite(request.projection()), request.outputNames());
        this.fetcher = new RowFetcher(resources.view().segments(), use.columns(), resources.memory());
    }

    /// Rows that a batch should have.
    int batchRows() {
        return Batches.rows(use.columns());
    }

    /// The rows `[from, from + count)` of the choice, owned by the caller.
    VectorSchemaRoot batch(Choice choice, int from, int count) {
        VectorSchemaRoot batch = withComputed(fetcher.fetch(choice.locators(), from, count), choice, from, count);
        return Batches.project(projection, batch, resources.memory());
    }

    /// Adds the distance and the query's number after the columns, if the projection reads them.
    private VectorSchemaRoot withComputed(VectorSchemaRoot rows, Choice choice, int from, int count) {
        boolean distance = use.uses(request.distanceOrdinal());
        boolean query = use.uses(request.queryOrdinal());
        if (!distance && !query) {
            return rows;
        }
        List<FieldVector> vectors = new ArrayList<>(rows.getFieldVectors());
        if (distance) {
            vectors.add(distances(choice, from, count));
        }
        if (query) {
            vectors.add(queries(choice, from, count));
        }
        return new VectorSchemaRoot(vectors.stream().map(FieldVector::getField).toList(), vectors, count);
    }

    private Float8Vector distances(Choice choice, int from, int count) {
        var vector = new Float8Vector(ArrowTypes.field("distance", ColumnType.Simple.DOUBLE), resources.memory());
        vector.allocateNew(count);
        for (int i = 0; i < count; i++) {
            double distance = choice.distances()[from + i];
            if (Double.isNaN(distance)) {
                vector.setNull(i);
            } else {
                vector.set(i, distance);
            }
        }
        vector.setValueCount(count);
        return vector;
    }

    private IntVector queries(Choice choice, int from, int count) {
        var vector = new IntVector(ArrowTypes.field("query", ColumnType.Simple.INTEGER), resources.memory());
        vector.allocateNew(count);
        for (int i = 0; i < count; i++) {
            vector.set(i, choice.queries()[from + i]);
        }
        vector.setValueCount(count);
        return vector;
    }
}
