package io.elanus.sql.exec;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;

/// Filtering of what may end between two batches.
class FilterSourceTest {
    @Test
    void keepsNoBatchWhenTheStatementIsCancelledBetweenTwo() {
        try (BufferAllocator allocator = new RootAllocator()) {
            var context = PlanRunner.context(allocator);
            var filter = new FilterSource(
                    new EndlessRows(allocator, context),
                    new Expr.Constant(Literals.of(false, Simple.BOOLEAN), Simple.BOOLEAN),
                    context);
            assertThatThrownBy(filter::next).isInstanceOf(QueryException.class).hasMessageContaining("was cancelled");
            filter.close();
        }
    }

    /// Batches without end, the statement being cancelled with each.
    private record EndlessRows(BufferAllocator allocator, QueryContext context) implements RowSource {
        @Override
        public VectorSchemaRoot next() {
            context.cancel();
            var column = new BigIntVector("a", allocator);
            column.setSafe(0, 1);
            column.setValueCount(1);
            return new VectorSchemaRoot(List.of(column));
        }

        @Override
        public void close() {}
    }
}
