package io.elanus.sql.crash;

import io.elanus.sql.cluster.FaultyLink.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Chooses faults of all the kinds that this machine can do.
///
/// @param members every process of the cluster
/// @param links every link between them
/// @param disks can they fill up on this machine?
record RandomFaults(List<String> members, List<String> links, boolean disks, RandomGenerator random) {
    private static final long SHORTEST_MILLIS = 1_000;
    private static final long LONGEST_MILLIS = 12_000;
    /// One in this many that last is among the longest.
    private static final int LONG_ONE_IN = 12;
    private static final long VERY_LONG_MILLIS = 60_000;
    private static final int LONGEST_JUMP_SECONDS = 90;
    private static final List<Mode> ANYWHERE = List.of(Mode.CUT, Mode.CUT_BACK, Mode.CUT_FORTH, Mode.SLOW, Mode.RESET);

    RandomFaults {
        members = List.copyOf(members);
        links = List.copyOf(links);
    }

    List<Fault> choose(int count) {
        var faults = new ArrayList<Fault>();
        for (int i = 0; i < count; i++) {
            faults.add(choose());
        }
        return faults;
    }

    private Fault choose() {
        return switch (random.nextInt(20)) {
            case 0 -> new Fault.KillAll(roles());
            case 1, 2, 3 -> new Fault.Pause(any(members), length());
            case 4, 5 -> new Fault.Restart(any(members));
            case 6, 7, 8, 9 -> new Fault.Link(any(links), any(ANYWHERE), length());
            case 10 -> objects();
            case 11 -> disks ? new Fault.DiskFull(any(writers()), length()) : kill();
            case 12 -> new Fault.ClockJump(any(roles()), jump(), length());
            default -> kill();
        };
    }

    private Fault kill() {
        return new Fault.Kill(any(members));
    }

    /// S3 that answers with errors, or hardly.
    private Fault objects() {
        List<String> toObjects =
                links.stream().filter(link -> link.endsWith(">s3proxy")).toList();
        return new Fault.Link(any(toObjects), random.nextBoolean() ? Mode.SERVER_ERRORS : Mode.SLOW, length());
    }

    private List<String> roles() {
        return members.stream().filter(name -> name.contains("-")).toList();
    }

    /// What writes files that are not its own logs only.
    private List<String> writers() {
        return members.stream()
                .filter(name -> name.contains("node-") || name.startsWith("proxy-") || name.equals("s3proxy"))
                .toList();
    }

    private Duration length() {
        long longest = random.nextInt(LONG_ONE_IN) == 0 ? VERY_LONG_MILLIS : LONGEST_MILLIS;
        return Duration.ofMillis(random.nextLong(SHORTEST_MILLIS, longest));
    }

    private Duration jump() {
        return Duration.ofSeconds(random.nextInt(-LONGEST_JUMP_SECONDS, LONGEST_JUMP_SECONDS));
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
