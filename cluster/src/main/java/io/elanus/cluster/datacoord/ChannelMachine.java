package io.elanus.cluster.datacoord;

import io.elanus.cluster.datacoord.Assignment.Effect;
import io.elanus.cluster.datacoord.Assignment.Event;
import io.elanus.cluster.datacoord.Assignment.Owner;
import io.elanus.cluster.datacoord.Assignment.ToRelease;
import io.elanus.cluster.datacoord.Assignment.ToWatch;
import io.elanus.cluster.datacoord.Assignment.Unassigned;
import io.elanus.cluster.datacoord.Assignment.Watched;
import java.time.Duration;
import java.util.List;

/// The transitions that [Assignment] lists. Pure.
final class ChannelMachine {
    /// The next state and what follows from it. `next` equals the present state when nothing changes.
    record Step(Assignment next, List<Effect> effects) {
        Step {
            effects = List.copyOf(effects);
        }

        static Step to(Assignment next, Effect... effects) {
            return new Step(next, List.of(effects));
        }
    }

    private final long watchTimeoutNanos;
    private final long releaseTimeoutNanos;

    ChannelMachine(Duration watchTimeout, Duration releaseTimeout) {
        this.watchTimeoutNanos = watchTimeout.toNanos();
        this.releaseTimeoutNanos = releaseTimeout.toNanos();
    }

    Step on(Assignment state, Event event, long nowNanos) {
        return switch (state) {
            case Unassigned unassigned -> onUnassigned(unassigned, event, nowNanos);
            case ToWatch watch -> onToWatch(watch, event, nowNanos);
            case Watched watched -> onWatched(watched, event, nowNanos);
            case ToRelease release -> onToRelease(release, event, nowNanos);
        };
    }

    private static Step onUnassigned(Unassigned state, Event event, long nowNanos) {
        return switch (event) {
            case Event.Placed(Owner owner) -> give(owner, state.epoch(), nowNanos);
            case Event.StartOver _ -> Step.to(new Unassigned(state.epoch() + 1));
            case Event.OwnerLost _, Event.WatchAnswered _, Event.Released _, Event.TimerFired _ -> Step.to(state);
        };
    }

    private Step onToWatch(ToWatch state, Event event, long nowNanos) {
        return switch (event) {
            case Event.Placed(Owner owner) ->
                owner.equals(state.owner()) ? Step.to(state) : give(owner, state.epoch(), nowNanos);
            case Event.OwnerLost(Owner owner) -> unassignIf(owner.equals(state.owner()), state);
            case Event.WatchAnswered(long epoch, boolean accepted) -> {
                if (epoch != state.epoch()) {
                    yield Step.to(state);
                }
                yield accepted ? Step.to(new Watched(state.owner(), epoch)) : unassignIf(true, state);
            }
            case Event.TimerFired _ -> unassignIf(nowNanos - state.sinceNanos() >= watchTimeoutNanos, state);
            case Event.StartOver _ -> give(state.owner(), state.epoch(), nowNanos);
            case Event.Released _ -> Step.to(state);
        };
    }

    private static Step onWatched(Watched state, Event event, long nowNanos) {
        return switch (event) {
            case Event.Placed(Owner owner) ->
                owner.equals(state.owner())
                        ? Step.to(state)
                        : Step.to(
                                new ToRelease(state.owner(), state.epoch(), nowNanos),
                                new Effect.SendRelease(state.owner(), state.epoch()));
            case Event.OwnerLost(Owner owner) -> unassignIf(owner.equals(state.owner()), state);
            case Event.StartOver _ -> give(state.owner(), state.epoch(), nowNanos);
            case Event.WatchAnswered _, Event.Released _, Event.TimerFired _ -> Step.to(state);
        };
    }

    private Step onToRelease(ToRelease state, Event event, long nowNanos) {
        return switch (event) {
            case Event.Released(long epoch) -> unassignIf(epoch == state.epoch(), state);
            case Event.OwnerLost(Owner owner) -> unassignIf(owner.equals(state.owner()), state);
            case Event.TimerFired _ -> unassignIf(nowNanos - state.sinceNanos() >= releaseTimeoutNanos, state);
            case Event.StartOver _ -> Step.to(new Unassigned(state.epoch() + 1));
            case Event.Placed _, Event.WatchAnswered _ -> Step.to(state);
        };
    }

    private static Step give(Owner owner, long lastEpoch, long nowNanos) {
        long epoch = lastEpoch + 1;
        return Step.to(new ToWatch(owner, epoch, nowNanos), new Effect.SendWatch(owner, epoch));
    }

    private static Step unassignIf(boolean condition, Assignment state) {
        return Step.to(condition ? new Unassigned(state.epoch()) : state);
    }
}
