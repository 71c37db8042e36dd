package io.elanus.cluster.sim;

import io.elanus.cluster.client.Election;
import io.elanus.cluster.exchange.FragmentServer;
import io.elanus.cluster.runtime.Role;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.storage.meta.MetaStore;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One simulated cluster. Owns everything in it; closing it frees what crashed processes left.
final class SimWorld implements AutoCloseable {
    private static final Set<String> COORDINATORS = Set.of("rootcoord", "datacoord", "querycoord", "indexcoord");
    private static final long MILLISECOND = 1_000_000;

    private final SimScheduler scheduler;
    private final SimChecks checks;
    private final SimNetwork network;
    private final SimLog log;
    private final SimMeta meta;
    private final SimObjects objects;
    private final SimMemory memory = new SimMemory();
    private final SimPlants plants;
    private final Map<String, Function<RoleContext, Role>> factories = new TreeMap<>();
    private final Map<String, SimProcess> processes = new TreeMap<>();
    private final Map<String, Role> roles = new TreeMap<>();
    private final TreeSet<String> unbreakable = new TreeSet<>();
    private SimFaults faults = SimFaults.NONE;
    private @Nullable SimFailure failure;
    private boolean readers;

    SimWorld(long seed, SimPlants plants) {
        this.scheduler = new SimScheduler(seed);
        this.plants = plants;
        this.checks = new SimChecks(this);
        this.network = new SimNetwork(this);
        this.log = new SimLog(this);
        this.meta = new SimMeta(this);
        this.objects = new SimObjects(this);
    }

    SimScheduler scheduler() {
        return scheduler;
    }

    SimChecks checks() {
        return checks;
    }

    SimLog log() {
        return log;
    }

    SimMeta meta() {
        return meta;
    }

    SimObjects objects() {
        return objects;
    }

    SimNetwork network() {
        return network;
    }

    SimFaults faults() {
        return faults;
    }

    SimPlants plants() {
        return plants;
    }

    SimMemory memory() {
        return memory;
    }

    /// The process of this name, up or down.
    SimProcess process(String name) {
        SimProcess process = processes.get(name);
        if (process == null) {
            throw new IllegalStateException("No process [%s]".formatted(name));
        }
        return process;
    }

    boolean hasReaders() {
        return readers;
    }

    void withReaders() {
        readers = true;
    }

    void fail(SimFailure cause) {
        if (failure == null) {
            failure = cause;
        }
    }

    /// Adds a process of one role and starts it.
    void add(String name, Function<RoleContext, Role> factory) {
        factories.put(name, factory);
        launch(name);
    }

    /// This process is neither paused nor crashed, nor are its links cut.
    void protect(String name) {
        unbreakable.add(name);
    }

    @Nullable
    SimProcess findProcess(String name) {
        SimProcess process = processes.get(name);
        return process != null && process.alive() ? process : null;
    }

    /// The role that a process runs now.
    Role role(String name) {
        Role role = roles.get(name);
        if (role == null) {
            throw new IllegalStateException("No process [%s]".formatted(name));
        }
        return role;
    }

    /// The process behind an address: a coordinator's is that of the active one, or sometimes of another that runs
    /// the role, as a caller with stale knowledge would have it.
    @Nullable
    String resolve(String node) {
        if (!COORDINATORS.contains(node)) {
            return node;
        }
        if (!faults.equals(SimFaults.NONE) && scheduler.chance(0.02)) {
            for (String name : processes.keySet()) {
                if (name.startsWith(node) && scheduler.chance(0.5)) {
                    return name;
                }
            }
        }
        MetaStore.Entry entry = meta.entry(Election.key(node));
        return entry == null ? null : entry.value().toStringUtf8();
    }

    /// Runs until the time; throws at the first broken invariant.
    void runUntil(long nanos) {
        while (scheduler.step(nanos)) {
            if (failure != null) {
                throw failure;
            }
        }
    }

    void setFaults(SimFaults next) {
        boolean first = faults.equals(SimFaults.NONE) && !next.equals(SimFaults.NONE);
        faults = next;
        if (next.equals(SimFaults.NONE)) {
            network.heal();
        }
        if (first) {
            recurring(next.processes().meanPauseNanos(), this::pauseOne);
            recurring(next.processes().meanCrashNanos(), this::crashOne);
            recurring(next.processes().meanJumpNanos(), this::jumpOne);
            recurring(next.network().meanCutNanos(), this::cutOne);
        }
    }

    void crash(String name, long downNanos) {
        SimProcess process = processes.get(name);
        if (process != null && process.alive()) {
            process.crash();
            scheduler.after(downNanos, () -> launch(name));
        }
    }

    /// Every process goes down at once, and the log loses what was not durable.
    void losePower(long downNanos) {
        processes.keySet().forEach(name -> crash(name, downNanos));
        scheduler.after(downNanos / 2, log::losePower);
    }

    private void launch(String name) {
        double drift = faults.processes().drift();
        double speed = 1 + (scheduler.random().nextDouble() * 2 - 1) * drift;
        var process = new SimProcess(scheduler, name, speed, this::fail);
        processes.put(name, process);
        var stores = new RoleContext.Stores(
                log.facade(process), meta.facade(process), objects.facade(process), memory.root());
        var context = new RoleContext(
                name,
                process.loop(),
                process.clock(),
                process.workers(),
                network.rpc(process),
                stores,
                new Random(scheduler.random().nextLong()));
        process.after(0, () -> {
            Function<RoleContext, Role> factory = factories.get(name);
            if (factory == null) {
                throw new IllegalStateException("No process [%s]".formatted(name));
            }
            Role role = factory.apply(context);
            roles.put(name, role);
            process.serve(role.services());
            if (role instanceof FragmentServer server) {
                process.serveFragments(server);
            }
            var _ = role.start();
        });
    }

    private void recurring(long meanNanos, Runnable fault) {
        if (meanNanos == 0) {
            return;
        }
        long wait = (long) (-Math.log(1 - scheduler.random().nextDouble()) * meanNanos);
        scheduler.after(wait, () -> {
            if (!faults.equals(SimFaults.NONE)) {
                fault.run();
                recurring(meanNanos, fault);
            }
        });
    }

    private String anyProcess() {
        String[] names = processes.keySet().stream()
                .filter(name -> !unbreakable.contains(name))
                .toArray(String[]::new);
        return names[scheduler.random().nextInt(names.length)];
    }

    private void pauseOne() {
        SimProcess process = findProcess(anyProcess());
        if (process != null) {
            process.pause(scheduler.delay(MILLISECOND, faults.processes().longestPauseNanos()));
        }
    }

    private void crashOne() {
        crash(anyProcess(), scheduler.delay(10 * MILLISECOND, 1_000 * MILLISECOND));
    }

    /// Restarts processes of this name quickly, again and again, as long as there are faults.
    void restartOften(String prefix, long meanNanos) {
        String[] names = processes.keySet().stream()
                .filter(name -> name.startsWith(prefix))
                .toArray(String[]::new);
        recurring(
                meanNanos,
                () -> crash(
                        names[scheduler.random().nextInt(names.length)],
                        scheduler.delay(5 * MILLISECOND, 50 * MILLISECOND)));
    }

    private void jumpOne() {
        SimProcess process = findProcess(anyProcess());
        if (process != null) {
            process.jumpWallClock(scheduler.random().nextLong(-5_000, 5_000));
        }
    }

    /// One way or both ways, for a while.
    private void cutOne() {
        String from = anyProcess();
        String to = anyProcess();
        network.cut(from, to);
        if (scheduler.chance(0.5)) {
            network.cut(to, from);
        }
        scheduler.after(scheduler.delay(50 * MILLISECOND, 2_000 * MILLISECOND), network::heal);
    }

    @Override
    public void close() {
        memory.close();
    }
}
