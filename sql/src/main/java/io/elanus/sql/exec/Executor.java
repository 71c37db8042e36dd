package io.elanus.sql.exec;

import io.elanus.sql.plan.Plan;

/// Turns plans into running operators. Free to share; each [#run] is a run of its own.
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"})
public final class Executor {
    private final TableReader tables;

    public Executor(TableReader tables) {
        this.tables = tables;
    }

    /// Starts a plan; nothing is read before the first `next`. The caller closes the source. Errors of `next` are
    /// [io.elanus.sql.error.QueryException]s.
    public RowSource run(Plan plan, QueryContext context) {
        throw new UnsupportedOperationException("run");
    }
}
