package io.elanus.sql.cluster;

import io.elanus.sql.cluster.ClusterState.Recorded;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts the members of a cluster, starts again what ends by itself, and ends them all.
///
/// A member that ends is started again after a pause, which grows while it ends soon after each start.
///
/// Thread rule: state is guarded by the monitor; the start blocks the caller, restarts happen on a thread of its
/// own.
final class Supervisor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
    private static final Duration PORT_LIMIT = Duration.ofMinutes(2);
    private static final Duration PORT_POLL = Duration.ofMillis(100);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    /// Having run for this long, a member was well.
    private static final Duration STEADY = Duration.ofSeconds(15);

    private final ClusterFolder folder;
    private final String url;
    private final List<Member> members;
    private final Map<Member, Running> running = new LinkedHashMap<>();
    private final ScheduledExecutorService restarts = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("restarts").factory());
    private boolean closing;
    /// The roles have been killed and stay dead for now.
    private boolean held;

    private record Running(Process process, int restarts, long startedNanos, Duration pause) {}

    /// @param url for clients, to be written down
    Supervisor(ClusterFolder folder, String url, List<Member> members) {
        this.folder = folder;
        this.url = url;
        this.members = List.copyOf(members);
    }

    /// Returns when all have been started and the services answer.
    void start() throws IOException {
        for (Member.Phase phase : Member.Phase.values()) {
            List<Member> next =
                    members.stream().filter(member -> member.phase() == phase).toList();
            for (Member member : next) {
                prepare(member);
                launch(member, 0, FIRST_PAUSE);
            }
            for (Member member : next) {
                awaitPort(member);
            }
        }
    }

    private void prepare(Member member) throws IOException {
        if (!member.preparation().isEmpty()
                && Detached.start(member.preparation(), folder.log(member.name()))
                                .onExit()
                                .join()
                                .exitValue()
                        != 0) {
            throw new IOException(
                    "[%s] could not be prepared; see [%s]".formatted(member.name(), folder.log(member.name())));
        }
    }

    private synchronized void launch(Member member, int count, Duration pause) throws IOException {
        Running last = running.get(member);
        if (closing || held || (last != null && last.process().isAlive())) {
            return;
        }
        Process process = Detached.start(member.command(), folder.log(member.name()));
        running.put(member, new Running(process, count, System.nanoTime(), pause));
        save();
        var _ = process.onExit().thenAcceptAsync(ended -> ended(member, ended), restarts);
    }

    private synchronized void ended(Member member, Process process) {
        Running ended = running.get(member);
        if (closing || ended == null || !ended.process().equals(process)) {
            return;
        }
        boolean steady = System.nanoTime() - ended.startedNanos() > STEADY.toNanos();
        Duration pause = steady ? FIRST_PAUSE : ended.pause();
        LOG.atWarn()
                .addKeyValue("member", member.name())
                .addKeyValue("pid", process.pid())
                .addKeyValue("exit", process.exitValue())
                .addKeyValue("pauseMillis", pause.toMillis())
                .log("A member has ended and is started again");
        Duration doubled = pause.multipliedBy(2);
        Duration next = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        restarts.schedule(() -> relaunch(member, ended.restarts() + 1, next), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void relaunch(Member member, int count, Duration pause) {
        try {
            launch(member, count, pause);
        } catch (IOException e) {
            LOG.atError().addKeyValue("member", member.name()).setCause(e).log("A member could not be started again");
        }
    }

    /// SIGKILL of every role at once; none is started again before [#startRoles].
    void killRoles() {
        List<Process> processes;
        synchronized (this) {
            held = true;
            processes = running.entrySet().stream()
                    .filter(entry -> entry.getKey().phase() != Member.Phase.SERVICE)
                    .map(entry -> entry.getValue().process())
                    .toList();
            processes.forEach(Process::destroyForcibly);
        }
        processes.forEach(process -> process.onExit().join());
    }

    /// Starts the roles that were killed. No effect when they run.
    synchronized void startRoles() throws IOException {
        held = false;
        for (Member member : members) {
            Running last = running.get(member);
            if (last != null && !last.process().isAlive()) {
                launch(member, last.restarts() + 1, FIRST_PAUSE);
            }
        }
    }

    private void awaitPort(Member member) throws IOException {
        long end = System.nanoTime() + PORT_LIMIT.toNanos();
        while (member.port() > 0 && !Ports.answers(member.port())) {
            if (System.nanoTime() - end > 0) {
                throw new IOException("[%s] does not answer at port [%d] after [%s]; see [%s]"
                        .formatted(member.name(), member.port(), PORT_LIMIT, folder.log(member.name())));
            }
            LockSupport.parkNanos(PORT_POLL.toNanos());
        }
    }

    private synchronized void save() {
        var processes = new ArrayList<Recorded>();
        processes.add(Recorded.of(ClusterState.SUPERVISOR, ProcessHandle.current(), 0));
        running.forEach((member, one) ->
                processes.add(Recorded.of(member.name(), one.process().toHandle(), one.restarts())));
        try {
            new ClusterState(url, processes).save(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("The state of the cluster could not be written", e);
        }
    }

    /// Ends the members, the last started first; those of one phase together.
    @Override
    public void close() throws IOException {
        List<Recorded> processes;
        synchronized (this) {
            closing = true;
            processes = ClusterState.load(folder).map(ClusterState::processes).orElse(List.of());
        }
        restarts.shutdownNow();
        Ending.inOrder(processes);
        Files.deleteIfExists(folder.state());
    }
}
