package io.elanus.sql.exec;

import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.compute.JoinTable;
import io.elanus.storage.compute.RowStore;
import java.util.function.Consumer;
import org.apache.arrow.vector.VectorSchemaRoot;

/// The right side of a join, in memory: its rows, and how candidates among them are found. The owner closes it.
record HeldSide(RowStore rows, Candidates candidates, AutoCloseableRows owner) implements RightSide {
    /// Closes what holds the rows.
    interface AutoCloseableRows extends AutoCloseable {
        @Override
        void close();
    }

    /// Reads the input to its end, where every pair of rows is a candidate.
    static HeldSide ofAllPairs(RowSource input, JoinSpec spec, QueryContext context) {
        var rows = new RowStore(PlanColumn.schema(spec.rightColumns()), context.allocator());
        fill(input, rows::add, rows::close, context);
        rows.seal();
        return new HeldSide(rows, new Candidates.AllPairs(rows.rows()), rows::close);
    }

    static HeldSide of(JoinTable table, JoinSpec spec) {
        table.seal();
        return new HeldSide(table.rows(), new Candidates.EqualKeys(table.probe(spec.leftKeys())), table::close);
    }

    private static void fill(
            RowSource input, Consumer<VectorSchemaRoot> target, AutoCloseableRows owner, QueryContext context) {
        try {
            for (VectorSchemaRoot batch = input.next(); batch != null; batch = input.next()) {
                try (VectorSchemaRoot rows = batch) {
                    context.check();
                    target.accept(rows);
                }
            }
        } catch (RuntimeException e) { // nobody owns the half-filled side but us
            owner.close();
            throw e;
        }
    }

    @Override
    public void close() {
        owner.close();
    }
}
