package io.elanus.sql.exec;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.compute.RowAppender;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// Rows beside what a search finds for each of them: the searches of some rows at once where the shards can do that
/// ([VectorLookup]), else one after the other. A row whose query vector is NULL finds nothing.
final class LookupSource implements RowSource {
    private final Plan.Lookup plan;
    private final RowSource input;
    private final Supplier<RowSource> search;
    private final @Nullable VectorLookup batched;
    private final QueryContext context;
    private final RowAppender left;
    private final RowAppender right;
    private final Schema schema;

    /// The batch at hand, and its first row that was not looked up.
    private @Nullable VectorSchemaRoot batch;

    private int next;

    /// @param search what runs the search with the parameters that it was given
    /// @param batched null: the searches cannot be run as one
    LookupSource(
            Plan.Lookup plan,
            RowSource input,
            Supplier<RowSource> search,
            @Nullable VectorLookup batched,
            QueryContext context) {
        this.plan = plan;
        this.input = input;
        this.search = search;
        this.batched = batched;
        this.context = context;
        this.left = new RowAppender(PlanColumn.schema(plan.input().columns()), context.allocator());
        this.right = new RowAppender(PlanColumn.schema(plan.search().columns()), context.allocator());
        this.schema = PlanColumn.schema(plan.columns());
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        while (true) {
            context.check();
            VectorSchemaRoot current = batch;
            if (current == null) {
                current = input.next();
                if (current == null) {
                    return null;
                }
                batch = current;
                next = 0;
            }
            int from = next;
            next = Math.min(current.getRowCount(), from + (batched == null ? 1 : batched.rowsAtOnce()));
            if (batched == null) {
                lookUp(current, from);
            } else {
                batched.lookUp(current, from, next, this::found);
            }
            if (next == current.getRowCount()) {
                current.close();
                batch = null;
            }
            if (left.rows() > 0) {
                return take();
            }
        }
    }

    private void lookUp(VectorSchemaRoot rows, int row) {
        boolean known = true;
        for (Plan.Given given : plan.given()) {
            ColumnType type = plan.input().columns().get(given.column()).type();
            Literal value = Literals.read(rows.getVector(given.column()), row, type);
            known &= !(type instanceof ColumnType.Vector) || !value.getNull();
            context.give(given.parameter(), value);
        }
        int before = left.rows();
        if (known) {
            try (RowSource source = search.get()) {
                for (VectorSchemaRoot found = source.next(); found != null; found = source.next()) {
                    try (VectorSchemaRoot owned = found) {
                        for (int i = 0; i < owned.getRowCount(); i++) {
                            found(rows, row, owned, i);
                        }
                    }
                }
            }
        }
        if (left.rows() == before) {
            found(rows, row, null, RowAppender.NULL_ROW);
        }
    }

    /// @param matches null: there is none, which an outer lookup tells
    private void found(VectorSchemaRoot rows, int row, @Nullable VectorSchemaRoot matches, int match) {
        if (matches == null) {
            if (plan.outer()) {
                left.append(rows, new int[] {row}, 0, 1);
                right.append(emptyRight(), new int[] {RowAppender.NULL_ROW}, 0, 1);
            }
            return;
        }
        left.append(rows, new int[] {row}, 0, 1);
        right.append(
                matches.getFieldVectors().subList(0, plan.search().columns().size()), new int[] {match}, 0, 1);
    }

    private List<FieldVector> emptyRight() {
        if (none == null) {
            none = VectorSchemaRoot.create(PlanColumn.schema(plan.search().columns()), context.allocator());
        }
        return none.getFieldVectors();
    }

    private @Nullable VectorSchemaRoot none;

    private VectorSchemaRoot take() {
        VectorSchemaRoot lefts = left.take();
        VectorSchemaRoot rights = right.take();
        var columns = new ArrayList<FieldVector>(lefts.getFieldVectors());
        columns.addAll(rights.getFieldVectors());
        return new VectorSchemaRoot(schema.getFields(), columns, lefts.getRowCount());
    }

    @Override
    public void close() {
        if (batch != null) {
            batch.close();
            batch = null;
        }
        if (none != null) {
            none.close();
            none = null;
        }
        left.close();
        right.close();
        input.close();
    }
}
