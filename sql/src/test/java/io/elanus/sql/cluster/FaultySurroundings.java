package io.elanus.sql.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/// Links between the members of a cluster, and their clocks, which fail when they are told to.
///
/// | link | carries |
/// |---|---|
/// | `MEMBER` | what other roles ask a role |
/// | `MEMBER>etcd`, `MEMBER>s3proxy` | what a role asks a service |
/// | `kafka` | what all roles ask Kafka, which tells its clients one address |
///
/// A role's wall clock may jump, its monotonic one does not; what its libraries know of the time stays right.
///
/// Thread rule: one thread makes the links; any threads change what they do, and the clocks of different members.
public final class FaultySurroundings implements Surroundings, AutoCloseable {
    private static final Duration DELAY = Duration.ofMillis(100);
    private static final int AWAY_FROM_SERVICES = 100;

    private final Path folder;
    private final SortedMap<String, FaultyLink> links = new ConcurrentSkipListMap<>();
    /// Given to a member last. A member that is killed must find its port free when it comes back.
    private int lastPort;

    /// @param folder for small files of its own
    public FaultySurroundings(Path folder) {
        this.folder = folder.toAbsolutePath();
        this.lastPort = Ports.start(this.folder) + AWAY_FROM_SERVICES;
    }

    /// Names of the links.
    public List<String> links() {
        return List.copyOf(links.keySet());
    }

    public void set(String link, FaultyLink.Mode mode) {
        FaultyLink chosen = links.get(link);
        if (chosen == null) {
            throw new IllegalArgumentException("There is no link " + link + " among " + links.keySet());
        }
        chosen.set(mode);
    }

    /// Sets a role's wall clock off from the machine's, within a fraction of a second.
    public synchronized void setClock(String member, Duration ahead) throws IOException {
        Path file = clock(member);
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.createDirectories(draft.getParent());
        Files.writeString(draft, Long.toString(ahead.toMillis()));
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private Path clock(String member) {
        return folder.resolve("clocks").resolve(member);
    }

    @Override
    public int port(String member, String service, int port) throws IOException {
        return link(member.isEmpty() ? service : member + ">" + service, port);
    }

    private int link(String name, int target) throws IOException {
        FaultyLink known = links.get(name);
        if (known == null) {
            known = FaultyLink.open(target, DELAY);
            links.put(name, known);
        }
        return known.port();
    }

    @Override
    public List<String> arguments(String member) throws IOException {
        int port = Ports.freeAfter(lastPort, 1).getFirst();
        lastPort = port;
        setClock(member, Duration.ZERO);
        return List.of("--rpc-port=" + port, "--advertise=127.0.0.1:" + link(member, port), "--clock=" + clock(member));
    }

    /// Lets the processes write, or lets none of their files grow, which to them is a disk that is full.
    public static void setDisks(List<Long> pids, boolean full) throws IOException {
        for (long pid : pids) {
            var command =
                    new ArrayList<>(List.of("prlimit", "--pid=" + pid, "--fsize=" + (full ? "0:" : "unlimited:")));
            new ProcessBuilder(command).inheritIO().start().onExit().join();
        }
    }

    /// Can disks fill up?
    public static boolean setsDisks() {
        return Stream.of("/usr/bin/prlimit", "/bin/prlimit").map(Path::of).anyMatch(Files::isExecutable);
    }

    @Override
    public void close() throws IOException {
        for (FaultyLink link : links.values()) {
            link.close();
        }
    }
}
