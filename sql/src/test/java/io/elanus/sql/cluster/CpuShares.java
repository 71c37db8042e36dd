package io.elanus.sql.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Gives members of a cluster a share of a core each, by control groups of Linux: a machine of their own, whatever
/// else runs on this one. A share begins to count when it is set. Needs the right to make control groups (root).
///
/// Thread rule: one thread.
final class CpuShares implements Surroundings, AutoCloseable {
    private static final int PERIOD_MICROS = 20_000;

    private final Optional<Path> groups;
    private final String begin;
    private final List<Path> made = new ArrayList<>();

    /// @param begin of the names of the members that get shares
    CpuShares(String begin) {
        this.begin = begin;
        this.groups = List.of(Path.of("/sys/fs/cgroup/cpu"), Path.of("/sys/fs/cgroup")).stream()
                .map(root ->
                        root.resolve("elanus-bench-" + ProcessHandle.current().pid()))
                .filter(this::make)
                .findFirst();
    }

    /// Makes a group whose processes can be limited; false where that is not possible.
    private boolean make(Path group) {
        try {
            Files.createDirectory(group);
            if (Files.exists(group.resolve("cpu.cfs_quota_us")) || Files.exists(group.resolve("cpu.max"))) {
                made.add(group);
                return true;
            }
            Files.delete(group);
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    /// Can this machine limit a process?
    boolean possible() {
        return groups.isPresent();
    }

    @Override
    public int port(String member, String service, int port) {
        return port;
    }

    @Override
    public List<String> arguments(String member) {
        return List.of();
    }

    /// The process joins its group before it becomes the member.
    @Override
    public List<String> runner(String member) throws IOException {
        if (groups.isEmpty() || !member.startsWith(begin)) {
            return List.of();
        }
        Path group = groups.get().resolveSibling(groups.get().getFileName() + "-" + member);
        if (!made.contains(group)) {
            Files.createDirectory(group);
            made.add(group);
            weigh(group);
        }
        return List.of("/bin/sh", "-c", "echo $$ > " + group.resolve("cgroup.procs") + " && exec \"$@\"", member);
    }

    /// Whatever else wants the cores: the limit alone decides what the members get.
    private static void weigh(Path group) throws IOException {
        if (Files.exists(group.resolve("cpu.weight"))) {
            Files.writeString(group.resolve("cpu.weight"), "10000");
        } else {
            Files.writeString(group.resolve("cpu.shares"), "262144");
        }
    }

    /// From now on each of the members gets at most this many cores.
    void set(double cores) throws IOException {
        long quota = Math.round(cores * PERIOD_MICROS);
        for (Path group : made) {
            if (group.getFileName().toString().contains(begin)) {
                if (Files.exists(group.resolve("cpu.max"))) {
                    Files.writeString(group.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
                } else {
                    Files.writeString(group.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_MICROS));
                    Files.writeString(group.resolve("cpu.cfs_quota_us"), Long.toString(quota));
                }
            }
        }
    }

    /// The members must have ended.
    @Override
    public void close() throws IOException {
        for (Path group : made.reversed()) {
            Files.deleteIfExists(group);
        }
        made.clear();
    }
}
