package io.elanus.sql.crash;

import io.elanus.sql.cluster.FaultyLink;
import io.elanus.sql.cluster.FaultySurroundings;
import io.elanus.sql.cluster.LocalCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/// Something that happens to a cluster. What lasts for a while is over when [#inflict] returns.
sealed interface Fault {
    /// SIGKILL of one process.
    record Kill(String member) implements Fault {}

    /// A process that stands still for a while (SIGSTOP, SIGCONT), as in a long collection or a moved machine.
    record Pause(String member, Duration length) implements Fault {}

    /// SIGTERM of one process, as at a rolling restart.
    record Restart(String member) implements Fault {}

    /// SIGKILL of every role at once.
    record KillAll(List<String> members) implements Fault {
        public KillAll {
            members = List.copyOf(members);
        }
    }

    /// A link that does not do what it should.
    record Link(String link, FaultyLink.Mode mode, Duration length) implements Fault {}

    /// A process whose files cannot grow.
    record DiskFull(String member, Duration length) implements Fault {}

    /// A wall clock that jumps, and jumps back.
    record ClockJump(String member, Duration ahead, Duration length) implements Fault {}

    /// What it is counted under.
    default String kind() {
        return switch (this) {
            case Kill(String member) -> "kill -9 " + withoutNumber(member);
            case Pause(String member, Duration _) -> "pause " + withoutNumber(member);
            case Restart(String member) -> "restart " + withoutNumber(member);
            case KillAll(List<String> _) -> "kill -9 all roles";
            case Link(String link, FaultyLink.Mode mode, Duration _) ->
                mode.name().toLowerCase(Locale.ROOT) + " " + end(link);
            case DiskFull(String member, Duration _) -> "disk full " + withoutNumber(member);
            case ClockJump(String member, Duration _, Duration _) -> "clock jump " + withoutNumber(member);
        };
    }

    private static String end(String link) {
        return withoutNumber(link.substring(link.indexOf('>') + 1));
    }

    private static String withoutNumber(String member) {
        return member.replaceFirst("-\\d+$", "");
    }

    /// Does it; returns when the processes may recover.
    default void inflict(LocalCluster cluster, FaultySurroundings around) throws IOException {
        switch (this) {
            case Kill(String member) -> signal(cluster, "-KILL", List.of(member));
            case Restart(String member) -> signal(cluster, "-TERM", List.of(member));
            case KillAll(List<String> members) -> signal(cluster, "-KILL", members);
            case Pause(String member, Duration length) -> {
                signal(cluster, "-STOP", List.of(member));
                LockSupport.parkNanos(length.toNanos());
                signal(cluster, "-CONT", List.of(member));
            }
            case Link(String link, FaultyLink.Mode mode, Duration length) -> {
                around.set(link, mode);
                LockSupport.parkNanos(length.toNanos());
                around.set(link, FaultyLink.Mode.WHOLE);
            }
            case DiskFull(String member, Duration length) -> {
                List<Long> pids = cluster.pid(member).stream().toList();
                FaultySurroundings.setDisks(pids, true);
                LockSupport.parkNanos(length.toNanos());
                FaultySurroundings.setDisks(
                        cluster.pid(member).filter(pids::contains).stream().toList(), false);
            }
            case ClockJump(String member, Duration ahead, Duration length) -> {
                around.setClock(member, ahead);
                LockSupport.parkNanos(length.toNanos());
                around.setClock(member, Duration.ZERO);
            }
        }
    }

    private static void signal(LocalCluster cluster, String signal, List<String> members) throws IOException {
        var command = new ArrayList<>(List.of("kill", signal));
        for (String member : members) {
            cluster.pid(member).ifPresent(pid -> command.add(pid.toString()));
        }
        if (command.size() > 2) {
            new ProcessBuilder(command).inheritIO().start().onExit().join();
        }
    }
}
