package io.elanus.sql.session;

import io.elanus.cluster.runtime.TraceSpan;
import io.elanus.proto.grpc.DdlRequest;
import io.elanus.proto.grpc.Literal;
import io.elanus.sql.copy.export.ExportPlan;
import io.elanus.sql.copy.export.ExportRun;
import io.elanus.sql.dml.ChangePlan;
import io.elanus.sql.dml.ChangeRunner;
import io.elanus.sql.error.QueryErrors;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.Executor;
import io.elanus.sql.exec.Profile;
import io.elanus.sql.exec.RowSource;
import io.elanus.sql.plan.rel.PlannedQuery;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.ColumnType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// A statement of one session. What it was compiled to is looked up again before every run, so that a change of the
/// catalog is noticed.
final class PreparedStatement implements PreparedQuery {
    private final ElanusSession session;
    private final String sql;
    private final Returning wanted;
    private PlanCache.Key key;
    private Compiled compiled;
    /// What planning took that no run was charged for.
    private Duration planned = Duration.ZERO;

    PreparedStatement(ElanusSession session, String sql, Returning wanted, RunOptions options) {
        this.session = session;
        this.sql = sql;
        this.wanted = wanted;
        this.key = session.planKey(sql, wanted);
        this.compiled = compile(options);
    }

    private Compiled compile(RunOptions options) {
        var clock = session.sessions().services().clock();
        long from = clock.monotonicNanos();
        Compiled made = session.compile(key, options);
        planned = planned.plusNanos(clock.monotonicNanos() - from);
        return made;
    }

    /// Looks whether the plan is still that of the newest catalog.
    private RunOptions renew(RunOptions options) {
        PlanCache.Key newest = session.planKey(sql, wanted);
        if (!newest.equals(key) || PlanCache.holds(newest)) {
            key = newest;
            compiled = compile(options.spending(planned));
        }
        RunOptions charged = options.spending(planned);
        planned = Duration.ZERO;
        return charged;
    }

    @Override
    public Kind kind() {
        return compiled.kind();
    }

    @Override
    public List<ResultColumn> columns() {
        return compiled.columns();
    }

    @Override
    public boolean answersRows() {
        return compiled instanceof Compiled.Change(ChangePlan plan)
                ? plan.answer().stream().anyMatch(ChangePlan.Answer::asked)
                : !columns().isEmpty();
    }

    @Override
    public List<ColumnType> parameters() {
        return compiled.parameters();
    }

    @Override
    public Running run(List<? extends @Nullable Object> parameters, RunOptions options) {
        TraceSpan span = session.span();
        return span == null ? begin(parameters, options) : TracedRun.begun(span, () -> begin(parameters, options));
    }

    private Running begin(List<? extends @Nullable Object> parameters, RunOptions options) {
        long from = now() - planned.toNanos();
        try {
            RunOptions charged = renew(options);
            Compiled ran = compiled;
            Running running = run(ran, parameters, charged, null);
            session.log().done(sql, kind());
            return session.log().counted(running, kind(), sql, () -> Explanations.plan(ran, session), from);
        } catch (RuntimeException | StackOverflowError e) {
            throw counted(QueryErrors.of(e));
        }
    }

    @Override
    public boolean runsAtOnce() {
        return compiled instanceof Compiled.Query(PlannedQuery query)
                && Executor.beginsAtOnce(query.plan())
                && !session.readPoints().readsStrong(query.settings())
                && session.isReadyFor(key)
                && key.equals(session.planKey(sql, wanted));
    }

    @Override
    public List<Part> parts() {
        renew(RunOptions.DEFAULT);
        int shards = compiled instanceof Compiled.Query(PlannedQuery query) ? shards(query) : 1;
        if (shards == 1) {
            return List.of();
        }
        long timestamp = session.readPoints().fresh();
        return IntStream.range(0, shards)
                .mapToObj(shard -> new Part(shard, timestamp))
                .toList();
    }

    /// Values of the session, such as the time, may differ from run to run.
    private static int shards(PlannedQuery query) {
        return query.sessionValues().isEmpty() ? Executor.shards(query.plan()) : 1;
    }

    private long now() {
        return session.sessions().services().clock().monotonicNanos();
    }

    private QueryException counted(QueryException error) {
        return session.log().failed(error, sql, kind());
    }

    /// @param profile takes what the run's operators count; null: nobody asks
    private Running run(
            Compiled statement,
            List<? extends @Nullable Object> parameters,
            RunOptions options,
            @Nullable Profile profile) {
        return switch (statement) {
            case Compiled.Query(PlannedQuery query) -> query(query, parameters, options, profile);
            case Compiled.Change(ChangePlan plan) -> {
                session.refuseReadOnly();
                List<Literal> literals =
                        session.bind(parameters, plan.parameters(), plan.given().sessionValues());
                yield changed(plan, literals, options, profile);
            }
            case Compiled.Export(PlannedQuery query, ExportPlan target) -> {
                List<Literal> literals = session.bind(parameters, query.parameters(), query.sessionValues());
                yield export(query, target, literals, options);
            }
            case Compiled.Explain explain ->
                new Explanations(session, sql).run(explain, this::countRows, parameters, options);
            case Compiled.Ddl(DdlRequest request) -> {
                session.bind(parameters, List.of(), List.of());
                var ddl = new DdlRunner(session, sql);
                ddl.run(
                        List.of(request.toBuilder()
                                .setRequestId(ddl.newRequestId())
                                .build()),
                        options);
                yield new ReturnedRows(session.sessions().newQueryId(), 0, List.of());
            }
            case Compiled.Command command -> new CommandRunner(session, command).run(parameters, options);
        };
    }

    private QueryRun query(
            PlannedQuery query,
            List<? extends @Nullable Object> parameters,
            RunOptions options,
            @Nullable Profile profile) {
        options.part().ifPresent(part -> {
            if (part.shard() >= shards(query)) {
                throw new QueryException(
                        ErrorCode.FEATURE_NOT_SUPPORTED,
                        "The result cannot be read in parts any more: the table or view has changed.",
                        "Ask for the result again.");
            }
        });
        List<Literal> literals = session.bind(parameters, query.parameters(), query.sessionValues());
        Execution execution = session.begin(sql, literals, options, query);
        options.part().ifPresent(part -> execution.context().readOnly(part.shard()));
        if (profile != null) {
            execution.context().measure(profile);
        }
        try {
            RowSource rows = session.sessions().executor().run(query.plan(), execution.context());
            return new QueryRun(
                    execution,
                    rows,
                    options.maxRows(),
                    session.sessions().services().allocator());
        } catch (RuntimeException e) {
            execution.close();
            throw e;
        }
    }

    private Running export(PlannedQuery query, ExportPlan target, List<Literal> literals, RunOptions options) {
        Execution execution = session.begin(sql, literals, options, query);
        try {
            RowSource rows = session.sessions().executor().run(query.plan(), execution.context());
            var services = session.sessions().services();
            var run = new ExportRun(
                    target,
                    new ExportRun.Written(query.plan().columns(), ElanusSession.PRODUCT),
                    rows,
                    services.maintenance()::storage,
                    execution.context());
            return new WorkRun(
                    execution,
                    new WorkRun.Work(
                            () -> RowsRun.counted(execution.context().queryId(), run.run(), services.allocator()),
                            () -> new Running.Progress(run.written(), 0),
                            rows::close));
        } catch (RuntimeException e) {
            execution.close();
            throw e;
        }
    }

    /// Runs what EXPLAIN ANALYZE measures and returns the number of rows.
    private long countRows(
            Compiled inner, List<? extends @Nullable Object> parameters, RunOptions options, Profile profile) {
        try (Running running = run(inner, parameters, options, profile)) {
            long rows = 0;
            for (var batch = running.next(); batch != null; batch = running.next()) {
                rows += batch.getRowCount();
                batch.close();
            }
            return Math.max(running.updateCount(), rows);
        }
    }

    private Running changed(ChangePlan plan, List<Literal> literals, RunOptions options, @Nullable Profile profile) {
        try (Execution execution = session.begin(sql, literals, options, Map.of(), readsFirst(plan))) {
            if (profile != null) {
                execution.context().measure(profile);
            }
            try (ChangeRunner runner = runner(plan, execution)) {
                long count;
                try {
                    count = runner.run();
                } finally {
                    session.advanceSessionTimestamp(runner.timestamp());
                }
                return new ReturnedRows(execution.context().queryId(), count, runner.takeAnswer(allocator()));
            }
        }
    }

    private BufferAllocator allocator() {
        return session.sessions().services().allocator();
    }

    /// Does the change look for its rows with a query first?
    private static boolean readsFirst(ChangePlan plan) {
        return switch (plan) {
            case ChangePlan.Insert insert -> insert.source() instanceof ChangePlan.Source.Queries;
            case ChangePlan.Update _, ChangePlan.UpdateFrom _, ChangePlan.Delete _, ChangePlan.Merge _ -> true;
        };
    }

    private ChangeRunner runner(ChangePlan plan, Execution execution) {
        return new ChangeRunner(
                session.sessions().services().tables(),
                session.sessions().executor(),
                plan,
                session.sessions().view().catalog().indexesOf(plan.table().tableId()),
                execution.context());
    }

    @Override
    public long[] runBatch(
            List<? extends List<? extends @Nullable Object>> rows,
            RunOptions options,
            Consumer<VectorSchemaRoot> returned) {
        long from = now() - planned.toNanos();
        try {
            RunOptions charged = renew(options);
            if (compiled instanceof Compiled.Change(ChangePlan.Insert insert)
                    && insert.source() instanceof ChangePlan.Source.Rows
                    && insert.given().guard().isNone()
                    && insert.answer().stream().noneMatch(ChangePlan.Answer::asked)) {
                long[] counts = insertBatch(insert, rows, charged, returned);
                long nanos = now() - from;
                long changed = LongStream.of(counts).sum();
                session.sessions().counts().finished(kind(), nanos, 0, changed);
                session.log().ending(sql, () -> "").ended("", nanos, changed, null);
                return counts;
            }
        } catch (RuntimeException e) {
            throw counted(QueryErrors.of(e));
        }
        long[] counts = new long[rows.size()];
        for (int i = 0; i < counts.length; i++) {
            try (Running running = run(rows.get(i), options)) {
                counts[i] = running.updateCount();
                for (var batch = running.next(); batch != null; batch = running.next()) {
                    returned.accept(batch);
                }
            }
        }
        return counts;
    }

    private long[] insertBatch(
            ChangePlan.Insert insert,
            List<? extends List<? extends @Nullable Object>> rows,
            RunOptions options,
            Consumer<VectorSchemaRoot> returned) {
        session.refuseReadOnly();
        var literals = new ArrayList<List<Literal>>(rows.size());
        for (List<? extends @Nullable Object> row : rows) {
            literals.add(session.bind(row, insert.parameters(), insert.given().sessionValues()));
        }
        try (Execution execution = session.begin(sql, List.of(), options, Map.of(), false);
                ChangeRunner runner = runner(insert, execution)) {
            try {
                runner.runBatch(insert, literals);
            } finally {
                session.advanceSessionTimestamp(runner.timestamp());
            }
            runner.takeAnswer(allocator()).forEach(returned);
        }
        long[] counts = new long[rows.size()];
        Arrays.fill(
                counts,
                insert.source() instanceof ChangePlan.Source.Rows each
                        ? each.rows().size()
                        : 1);
        return counts;
    }

    @Override
    public void close() {
        // Nothing is held between runs.
    }
}
