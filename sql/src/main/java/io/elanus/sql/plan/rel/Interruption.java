package io.elanus.sql.plan.rel;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import org.apache.calcite.plan.RelOptListener;

/// Ends planning that nobody waits for any more: its thread was interrupted. Watches between the rules, and what
/// they make, that it does not grow without end.
final class Interruption implements RelOptListener {
    static void check() {
        if (Thread.currentThread().isInterrupted()) {
            throw new QueryException(ErrorCode.CANCELLED, "The statement was cancelled while it was planned.");
        }
    }

    @Override
    public void ruleAttempted(RuleAttemptedEvent event) {
        check();
    }

    @Override
    public void ruleProductionSucceeded(RuleProductionEvent event) {
        if (event.isBefore() && event.getRel() != null) {
            PlanSize.check(event.getRel());
        }
    }

    @Override
    public void relEquivalenceFound(RelEquivalenceEvent event) {}

    @Override
    public void relDiscarded(RelDiscardedEvent event) {}

    @Override
    public void relChosen(RelChosenEvent event) {}
}
