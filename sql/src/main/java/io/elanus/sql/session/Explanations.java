package io.elanus.sql.session;

import io.elanus.cluster.proxy.Catalog;
import io.elanus.sql.dml.ChangePlan;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.plan.rel.PlanText;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.storage.ErrorCode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// EXPLAIN and EXPLAIN ANALYZE.
final class Explanations {
    private static final double NANOS_PER_MILLI = 1e6;

    private final ElanusSession session;

    Explanations(ElanusSession session) {
        this.session = session;
    }

    @FunctionalInterface
    interface Measured {
        long rows(Compiled inner, List<? extends @Nullable Object> parameters, RunOptions options);
    }

    Running run(
            Compiled.Explain explain,
            Measured measured,
            List<? extends @Nullable Object> parameters,
            RunOptions options) {
        var lines =
                new ArrayList<>(lines(explain.inner(), session.sessions().view().catalog()));
        if (explain.analyze()) {
            long started = session.sessions().services().clock().monotonicNanos();
            long rows = measured.rows(explain.inner(), parameters, options);
            long nanos = session.sessions().services().clock().monotonicNanos() - started;
            lines.add("rows: " + rows);
            lines.add("time: %.3f ms".formatted(nanos / NANOS_PER_MILLI));
        }
        var rows = new ArrayList<List<@Nullable Object>>();
        lines.forEach(line -> rows.add(Collections.singletonList(line)));
        return new RowsRun(
                session.sessions().newQueryId(),
                -1,
                session.sessions().services().allocator(),
                explain.columns(),
                rows);
    }

    private List<String> lines(Compiled inner, Catalog catalog) {
        return switch (inner) {
            case Compiled.Query(var query) -> PlanText.of(query.plan(), catalog);
            case Compiled.Change(ChangePlan plan) -> change(plan, catalog);
            case Compiled.Explain _, Compiled.Command _ ->
                throw new QueryException(
                        ErrorCode.FEATURE_NOT_SUPPORTED,
                        "EXPLAIN shows queries, INSERT, UPDATE and DELETE.",
                        0,
                        null,
                        null);
        };
    }

    private static List<String> change(ChangePlan plan, Catalog catalog) {
        var lines = new ArrayList<String>();
        switch (plan) {
            case ChangePlan.Insert insert -> {
                lines.add("Insert " + insert.table().name());
                switch (insert.source()) {
                    case ChangePlan.Source.Rows(var rows) -> lines.add("  Values rows=" + rows.size());
                    case ChangePlan.Source.Queries(var queries) ->
                        PlanText.of(queries.getFirst().plan(), catalog).forEach(line -> lines.add("  " + line));
                }
            }
            case ChangePlan.Update update -> {
                lines.add("Update " + update.table().name() + " under locks of its keys");
                PlanText.of(update.keys().plan(), catalog).forEach(line -> lines.add("  " + line));
            }
            case ChangePlan.Delete delete -> {
                lines.add("Delete " + delete.table().name() + " under locks of its keys");
                PlanText.of(delete.keys().plan(), catalog).forEach(line -> lines.add("  " + line));
            }
        }
        return lines;
    }
}
