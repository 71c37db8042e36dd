package io.elanus.cluster.sim;

import io.elanus.cluster.exchange.FragmentServer;
import io.elanus.cluster.runtime.Clock;
import io.elanus.cluster.runtime.EventLoop;
import io.elanus.cluster.runtime.ServiceTable;
import io.elanus.cluster.runtime.Workers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One life of a process: its loop, its workers, its clocks, and what it serves. A process that crashed is replaced
/// by a new object; what was scheduled for the old one never runs.
final class SimProcess {
    private static final long WALL_START_MILLIS = 1_800_000_000_000L;

    private final SimScheduler scheduler;
    private final Consumer<SimFailure> fail;
    private final String name;
    private final Loop loop = new Loop();
    private final Map<String, ServiceTable.Entry<?, ?>> services = new HashMap<>();
    private @Nullable FragmentServer fragments;
    private final double speed;
    private long wallOffsetMillis;
    private long pausedUntil;
    private boolean alive = true;
    private long extraDelay;

    SimProcess(SimScheduler scheduler, String name, double speed, Consumer<SimFailure> fail) {
        this.scheduler = scheduler;
        this.name = name;
        this.speed = speed;
        this.fail = fail;
    }

    String name() {
        return name;
    }

    boolean alive() {
        return alive;
    }

    void crash() {
        alive = false;
    }

    void pause(long nanos) {
        pausedUntil = Math.max(pausedUntil, scheduler.now() + nanos);
    }

    void jumpWallClock(long millis) {
        wallOffsetMillis += millis;
    }

    void serve(ServiceTable table) {
        services.putAll(table.entries());
    }

    void serveFragments(FragmentServer server) {
        fragments = server;
    }

    ServiceTable.@Nullable Entry<?, ?> service(String method) {
        return services.get(method);
    }

    @Nullable
    FragmentServer fragments() {
        return fragments;
    }

    EventLoop loop() {
        return loop;
    }

    /// Runs a task of this process on no particular thread, unless it has crashed by then; a pause postpones it.
    void after(long delayNanos, Runnable task) {
        scheduler.after(delayNanos, () -> run(task));
    }

    private void run(Runnable task) {
        if (!alive) {
            return;
        }
        if (scheduler.now() < pausedUntil) {
            scheduler.at(pausedUntil, () -> run(task));
            return;
        }
        try {
            task.run();
        } catch (SimFailure e) {
            throw e;
        } catch (RuntimeException | Error e) { // a task must not throw, whatever it is
            fail.accept(new SimFailure("A task of [%s] threw %s".formatted(name, e), e));
        }
    }

    Clock clock() {
        return new Clock() {
            @Override
            public long wallMillis() {
                return WALL_START_MILLIS + wallOffsetMillis + monotonicNanos() / 1_000_000;
            }

            @Override
            public long monotonicNanos() {
                return (long) (scheduler.now() * speed);
            }
        };
    }

    Workers workers() {
        return new Workers() {
            @Override
            public <T> CompletableFuture<T> io(Callable<T> task) {
                return work(task, 2_000_000);
            }

            @Override
            public <T> CompletableFuture<T> compute(Callable<T> task) {
                return work(task, 500_000);
            }
        };
    }

    /// Makes the task that runs now take longer: a blocking call that is slow.
    void linger(long nanos) {
        extraDelay += nanos;
    }

    private <T> CompletableFuture<T> work(Callable<T> task, long mostNanos) {
        var result = new CompletableFuture<T>();
        after(scheduler.delay(5_000, mostNanos), () -> {
            extraDelay = 0;
            try {
                T value = task.call();
                after(extraDelay, () -> result.complete(value));
            } catch (Exception | Error e) { // the outcome belongs to whoever waits for it
                after(extraDelay, () -> result.completeExceptionally(e));
            }
        });
        return result;
    }

    private final class Loop implements EventLoop {
        private long lastTask;
        private boolean running;

        @Override
        public void execute(Runnable task) {
            long at = Math.max(lastTask, scheduler.now() + scheduler.delay(500, 20_000));
            lastTask = at;
            after(at - scheduler.now(), () -> runOnLoop(task));
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            var timer = new SimTimer();
            after((long) (delay.toNanos() / speed), () -> {
                if (!timer.cancelled) {
                    runOnLoop(task);
                }
            });
            return timer;
        }

        @Override
        public Timer repeat(Duration interval, Runnable task) {
            var timer = new SimTimer();
            again(timer, interval, task);
            return timer;
        }

        private void again(SimTimer timer, Duration interval, Runnable task) {
            after((long) (interval.toNanos() / speed), () -> {
                if (!timer.cancelled) {
                    runOnLoop(task);
                    again(timer, interval, task);
                }
            });
        }

        @Override
        public boolean inLoop() {
            return running;
        }

        private void runOnLoop(Runnable task) {
            boolean before = running;
            running = true;
            try {
                task.run();
            } finally {
                running = before;
            }
        }
    }

    private static final class SimTimer implements EventLoop.Timer {
        private boolean cancelled;

        @Override
        public void cancel() {
            cancelled = true;
        }
    }
}
