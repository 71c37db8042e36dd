package io.elanus.sql.crash;

import io.elanus.sql.cluster.LocalCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/// Something that happens to processes of a cluster.
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

    /// One in this many is a [KillAll].
    int ALL_ONE_IN = 20;
    long LONGEST_PAUSE_MILLIS = 15_000;

    static Fault choose(List<String> members, RandomGenerator random) {
        if (random.nextInt(ALL_ONE_IN) == 0) {
            return new KillAll(
                    members.stream().filter(name -> name.contains("-")).toList());
        }
        String member = members.get(random.nextInt(members.size()));
        return switch (random.nextInt(5)) {
            case 0 -> new Pause(member, Duration.ofMillis(1_000 + random.nextLong(LONGEST_PAUSE_MILLIS - 1_000)));
            case 1 -> new Restart(member);
            default -> new Kill(member);
        };
    }

    /// What it is counted under.
    default String kind() {
        return switch (this) {
            case Kill(String member) -> "kill -9 " + withoutNumber(member);
            case Pause(String member, Duration _) -> "pause " + withoutNumber(member);
            case Restart(String member) -> "restart " + withoutNumber(member);
            case KillAll(List<String> _) -> "kill -9 all roles";
        };
    }

    private static String withoutNumber(String member) {
        return member.replaceFirst("-\\d+$", "");
    }

    /// Does it; returns when the processes may recover.
    default void inflict(LocalCluster cluster) throws IOException {
        switch (this) {
            case Kill(String member) -> signal(cluster, "-KILL", List.of(member));
            case Restart(String member) -> signal(cluster, "-TERM", List.of(member));
            case KillAll(List<String> members) -> signal(cluster, "-KILL", members);
            case Pause(String member, Duration length) -> {
                signal(cluster, "-STOP", List.of(member));
                LockSupport.parkNanos(length.toNanos());
                signal(cluster, "-CONT", List.of(member));
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
