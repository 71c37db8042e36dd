package io.elanus.sql.cluster;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// CPU time that the processes of a cluster have taken, by kind of process: `querynode`, `proxy`, ..., and `client`
/// for this one.
///
/// @param machine what all processes of the machine have taken; 0 where it does not say
record CpuSeconds(Map<String, Double> byKind, double machine) {
    static final String CLIENT = "client";
    private static final Path MACHINE = Path.of("/proc/stat");
    private static final double TICKS_A_SECOND = 100;
    /// user, nice, system, then idle and waiting, then interrupts and what the hypervisor took.
    private static final int[] BUSY_COLUMNS = {1, 2, 3, 6, 7, 8};

    static CpuSeconds of(LocalCluster cluster) throws IOException {
        var sums = new TreeMap<String, Double>();
        for (String member : cluster.members()) {
            cluster.pid(member)
                    .ifPresent(pid -> sums.merge(member.replaceAll("-\\d+$", ""), seconds(pid), Double::sum));
        }
        sums.put(CLIENT, seconds(ProcessHandle.current().pid()));
        return new CpuSeconds(sums, machineSeconds());
    }

    private static double seconds(long pid) {
        return ProcessHandle.of(pid)
                        .flatMap(process -> process.info().totalCpuDuration())
                        .orElse(Duration.ZERO)
                        .toNanos()
                / 1e9;
    }

    private static double machineSeconds() throws IOException {
        if (!Files.exists(MACHINE)) {
            return 0;
        }
        String[] columns = Files.readAllLines(MACHINE).getFirst().split(" +");
        double ticks = 0;
        for (int column : BUSY_COLUMNS) {
            ticks += Double.parseDouble(columns[column]);
        }
        return ticks / TICKS_A_SECOND;
    }

    /// `2 cores, 3.1 processes wanted them in the last minute`.
    static String surroundings() {
        var system = ManagementFactory.getOperatingSystemMXBean();
        return "%d cores, %.1f threads wanted them in the last minute"
                .formatted(system.getAvailableProcessors(), system.getSystemLoadAverage());
    }

    CpuSeconds since(CpuSeconds before) {
        var spent = new TreeMap<String, Double>();
        byKind.forEach((kind, seconds) -> spent.put(kind, seconds - before.of(kind)));
        return new CpuSeconds(spent, machine - before.machine);
    }

    double of(String kind) {
        return byKind.getOrDefault(kind, 0.0);
    }

    double sum() {
        return byKind.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /// What others than the cluster and its client took of the machine.
    private double elsewhere() {
        return Math.max(0, machine - sum());
    }

    /// `querynode 3.1, proxy 0.6, others 0.2`, in seconds.
    String text() {
        double named = of("querynode") + of("proxy") + of(CLIENT);
        return "query nodes %.1f, proxies %.1f, client %.1f, others %.1f; elsewhere %.1f"
                .formatted(of("querynode"), of("proxy"), of(CLIENT), sum() - named, elsewhere());
    }

    /// The time for each of so many things, by kind, the greatest first: `17.2: proxy 9.0, datanode 4.1, ...`.
    String each(double count, double unit) {
        Stream<String> kinds = byKind.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .filter(kind -> kind.getValue() > sum() / 200)
                .map(kind -> "%s %.1f".formatted(kind.getKey(), kind.getValue() / count * unit));
        return "%.1f: %s; elsewhere %.1f"
                .formatted(sum() / count * unit, kinds.collect(Collectors.joining(", ")), elsewhere() / count * unit);
    }
}
