package io.elanus.sql.session;

import io.elanus.cluster.proxy.Catalog;
import io.elanus.proto.grpc.FragmentStatistics;
import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.dml.ChangePlan;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.Profile;
import io.elanus.sql.plan.FragmentTemplate.Shape;
import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.rel.PlanText;
import io.elanus.sql.plan.rel.PlannedQuery;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.storage.ErrorCode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// EXPLAIN, with what its options ask for.
final class Explanations {
    private static final double NANOS_PER_MILLI = 1e6;

    private final ElanusSession session;
    private final String sql;

    /// @param sql the text of the statement
    Explanations(ElanusSession session, String sql) {
        this.session = session;
        this.sql = sql;
    }

    @FunctionalInterface
    interface Measured {
        /// Runs it and returns the number of rows.
        long rows(Compiled inner, List<? extends @Nullable Object> parameters, RunOptions options, Profile profile);
    }

    Running run(
            Compiled.Explain explain,
            Measured measured,
            List<? extends @Nullable Object> parameters,
            RunOptions options) {
        var profile = new Profile();
        var summary = new ArrayList<String>();
        if (explain.options().analyze()) {
            summary.addAll(measure(explain, measured, parameters, options, profile));
        }
        var lines = new ArrayList<>(lines(explain.inner(), session.view(), profile));
        lines.addAll(summary);
        var rows = new ArrayList<List<@Nullable Object>>();
        lines.forEach(line -> rows.add(Collections.singletonList(line)));
        return new RowsRun(
                session.sessions().newQueryId(),
                -1,
                session.sessions().services().allocator(),
                explain.columns(),
                rows);
    }

    /// The plan of a statement, a node a line; empty for one that has none.
    static String plan(Compiled statement, ElanusSession session) {
        return switch (statement) {
            case Compiled.Query _, Compiled.Change _, Compiled.Export _ ->
                String.join("\n", lines(statement, session.view(), new Profile()));
            case Compiled.Explain _, Compiled.Ddl _, Compiled.Command _ -> "";
        };
    }

    private List<String> measure(
            Compiled.Explain explain,
            Measured measured,
            List<? extends @Nullable Object> parameters,
            RunOptions options,
            Profile profile) {
        var summary = new ArrayList<String>();
        long started = now();
        if (explain.options().recall() && explain.inner() instanceof Compiled.Query(PlannedQuery query)) {
            var recall = new SearchRecall(session, sql, query, parameters, options);
            long rows = recall.run(profile);
            finished(summary, rows, started);
            summary.addAll(recall.lines());
        } else {
            finished(summary, measured.rows(explain.inner(), parameters, options, profile), started);
        }
        return summary;
    }

    private void finished(List<String> summary, long rows, long started) {
        summary.add("rows: " + rows);
        summary.add("time: " + millis(now() - started));
    }

    private long now() {
        return session.sessions().services().clock().monotonicNanos();
    }

    private static List<String> lines(Compiled inner, SchemaView view, Profile profile) {
        Catalog catalog = view.catalog();
        return switch (inner) {
            case Compiled.Query(var query) -> PlanText.of(query.plan(), catalog, plan -> remarks(plan, view, profile));
            case Compiled.Change(ChangePlan plan) -> change(plan, view, profile);
            case Compiled.Export(var query, var _) ->
                PlanText.of(query.plan(), catalog, plan -> remarks(plan, view, profile));
            case Compiled.Explain _, Compiled.Ddl _, Compiled.Command _ ->
                throw new QueryException(
                        ErrorCode.FEATURE_NOT_SUPPORTED,
                        "EXPLAIN shows queries, INSERT, UPDATE and DELETE.",
                        0,
                        null,
                        null);
        };
    }

    private static List<String> change(ChangePlan plan, SchemaView view, Profile profile) {
        Catalog catalog = view.catalog();
        Function<Plan, List<String>> remarks = node -> remarks(node, view, profile);
        var lines = new ArrayList<String>();
        switch (plan) {
            case ChangePlan.Insert insert -> {
                lines.add("Insert " + insert.table().name());
                switch (insert.source()) {
                    case ChangePlan.Source.Rows(var rows) -> lines.add("  Values rows=" + rows.size());
                    case ChangePlan.Source.Queries(var queries) ->
                        PlanText.of(queries.getFirst().plan(), catalog, remarks)
                                .forEach(line -> lines.add("  " + line));
                }
            }
            case ChangePlan.Update update -> {
                lines.add("Update " + update.table().name() + " under locks of its keys");
                PlanText.of(update.keys().plan(), catalog, remarks).forEach(line -> lines.add("  " + line));
            }
            case ChangePlan.UpdateFrom update -> {
                lines.add("Update " + update.table().name() + " with the rows of a query, if they are still the same");
                PlanText.of(update.rows().plan(), catalog, remarks).forEach(line -> lines.add("  " + line));
            }
            case ChangePlan.Merge merge -> {
                lines.add("Merge " + merge.table().name() + " with the rows of a query, if they are still the same");
                PlanText.of(merge.rows().plan(), catalog, remarks).forEach(line -> lines.add("  " + line));
            }
            case ChangePlan.Delete delete -> {
                lines.add("Delete " + delete.table().name() + " under locks of its keys");
                PlanText.of(delete.keys().plan(), catalog, remarks).forEach(line -> lines.add("  " + line));
            }
        }
        return lines;
    }

    /// What a node and its shards did.
    private static List<String> remarks(Plan plan, SchemaView view, Profile profile) {
        var remarks = new ArrayList<String>();
        profile.find(plan).ifPresent(node -> {
            remarks.add("actual: %d rows in %s".formatted(node.rows(), millis(node.nanos())));
            if (node.spilledBytes() > 0) {
                remarks.add("spilled: %d bytes to disk".formatted(node.spilledBytes()));
            }
            for (Profile.Shard shard : node.shards()) {
                remarks.add(
                        underPolicies(plan, view)
                                ? "shard: what it did with rows under row policies is not shown"
                                : shard(shard, plan));
            }
        });
        return remarks;
    }

    /// Figures of a shard would tell of rows that its reader may not see.
    private static boolean underPolicies(Plan plan, SchemaView view) {
        return plan instanceof Plan.FragmentScan scan
                && view.authority().guarded(view.role(), scan.table().tableId());
    }

    /// Of the first rows by an order all is known once the first of them are there; a scan may have been left
    /// early.
    private static String shard(Profile.Shard shard, Plan plan) {
        FragmentStatistics counted = shard.counted();
        boolean early = !shard.whole()
                && plan instanceof Plan.FragmentScan scan
                && scan.fragment().shape() instanceof Shape.Scan;
        if (early && counted.equals(FragmentStatistics.getDefaultInstance())) {
            return "shard: stopped before its first rows";
        }
        var text = new StringBuilder("shard: segments %d searched, %d pruned; rows %d scanned, %d passed"
                .formatted(
                        counted.getSegmentsSearched(),
                        counted.getSegmentsPruned(),
                        counted.getRowsScanned(),
                        counted.getRowsPassed()));
        if (counted.getDistancesComputed() > 0) {
            text.append("; distances ").append(counted.getDistancesComputed());
        }
        if (counted.getBytesRead() > 0) {
            text.append("; bytes ").append(counted.getBytesRead());
        }
        text.append("; cpu ").append(millis(counted.getCpuNanos()));
        if (!counted.getStrategy().isEmpty()) {
            text.append("; ").append(counted.getStrategy());
        }
        if (early) {
            text.append("; stopped early");
        }
        return text.toString();
    }

    static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.3f ms", nanos / NANOS_PER_MILLI);
    }
}
