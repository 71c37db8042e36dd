package io.elanus.cluster.sim;

import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Simulated time and the one queue of events. Time moves only from event to event.
final class SimScheduler {
    private record Event(long atNanos, long sequence, Runnable task) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Random random;
    private long now;
    private long sequence;
    private long digest = 17;

    SimScheduler(long seed) {
        this.random = new Random(seed);
    }

    long now() {
        return now;
    }

    Random random() {
        return random;
    }

    /// True with this probability.
    boolean chance(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    /// A duration that is mostly near the least and seldom near the most.
    long delay(long leastNanos, long mostNanos) {
        double skewed = Math.pow(random.nextDouble(), 4);
        return leastNanos + (long) (skewed * (mostNanos - leastNanos));
    }

    void at(long atNanos, Runnable task) {
        events.add(new Event(Math.max(atNanos, now), sequence++, task));
    }

    void after(long delayNanos, Runnable task) {
        at(now + delayNanos, task);
    }

    /// Runs the next event at or before the time; false if there is none.
    boolean step(long untilNanos) {
        @Nullable Event next = events.peek();
        if (next == null || next.atNanos > untilNanos) {
            now = Math.max(now, untilNanos);
            return false;
        }
        events.remove();
        now = next.atNanos;
        digest = digest * 31 + next.atNanos + next.sequence;
        next.task.run();
        return true;
    }

    long events() {
        return sequence;
    }

    /// The same for two runs exactly if they were the same, as far as times tell.
    long digest() {
        return digest;
    }
}
