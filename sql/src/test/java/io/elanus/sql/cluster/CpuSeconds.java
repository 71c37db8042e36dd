package io.elanus.sql.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/// CPU time that the processes of a cluster have taken, by kind of process: `querynode`, `proxy`, ..., and `client`
/// for this one.
record CpuSeconds(Map<String, Double> byKind) {
    static final String CLIENT = "client";

    static CpuSeconds of(LocalCluster cluster) throws IOException {
        var sums = new TreeMap<String, Double>();
        for (String member : cluster.members()) {
            cluster.pid(member)
                    .ifPresent(pid -> sums.merge(member.replaceAll("-\\d+$", ""), seconds(pid), Double::sum));
        }
        sums.put(CLIENT, seconds(ProcessHandle.current().pid()));
        return new CpuSeconds(sums);
    }

    private static double seconds(long pid) {
        return ProcessHandle.of(pid)
                        .flatMap(process -> process.info().totalCpuDuration())
                        .orElse(Duration.ZERO)
                        .toNanos()
                / 1e9;
    }

    CpuSeconds since(CpuSeconds before) {
        var spent = new TreeMap<String, Double>();
        byKind.forEach((kind, seconds) -> spent.put(kind, seconds - before.of(kind)));
        return new CpuSeconds(spent);
    }

    double of(String kind) {
        return byKind.getOrDefault(kind, 0.0);
    }

    double sum() {
        return byKind.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /// `querynode 3.1, proxy 0.6, others 0.2`, in seconds.
    String text() {
        double named = of("querynode") + of("proxy") + of(CLIENT);
        return "query nodes %.1f, proxies %.1f, client %.1f, others %.1f"
                .formatted(of("querynode"), of("proxy"), of(CLIENT), sum() - named);
    }
}
