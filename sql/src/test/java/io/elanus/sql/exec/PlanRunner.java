package io.elanus.sql.exec;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.filter.Batches;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Runs plans in tests and reads their rows.
final class PlanRunner {
    static final TableReader NO_TABLES =
            (_, _) -> CompletableFuture.failedFuture(new IllegalStateException("no tables"));

    private PlanRunner() {}

    static QueryContext context(BufferAllocator allocator, Literal... parameters) {
        return new QueryContext(
                "q1",
                List.of(parameters),
                new QueryContext.ReadPoint(0, 0, Map.of()),
                allocator,
                () -> 0,
                Long.MAX_VALUE);
    }

    static List<List<@Nullable Object>> run(Plan plan, QueryContext context) {
        return run(plan, context, NO_TABLES);
    }

    static List<List<@Nullable Object>> run(Plan plan, QueryContext context, TableReader tables) {
        var rows = new ArrayList<List<@Nullable Object>>();
        try (RowSource source = new Executor(tables).run(plan, context)) {
            while (true) {
                try (VectorSchemaRoot batch = source.next()) {
                    if (batch == null) {
                        return rows;
                    }
                    rows.addAll(Batches.rows(batch, types(plan)));
                }
            }
        }
    }

    static List<ColumnType> types(Plan plan) {
        return plan.columns().stream().map(PlanColumn::type).toList();
    }

    /// A plan that yields these rows, in columns `c0`, `c1`, ….
    static Plan rows(List<? extends ColumnType> types, List<? extends List<? extends @Nullable Object>> rows) {
        var columns = new ArrayList<PlanColumn>();
        for (ColumnType type : types) {
            columns.add(new PlanColumn("c" + columns.size(), type));
        }
        return new Plan.SystemScan("test", () -> rows, columns);
    }
}
