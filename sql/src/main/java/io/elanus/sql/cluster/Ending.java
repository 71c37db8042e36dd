package io.elanus.sql.cluster;

import io.elanus.sql.cluster.ClusterState.Recorded;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// Ends the processes of a cluster by their ids: proxies, workers, coordinators, then what they stand on.
final class Ending {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    static final List<Predicate<String>> ORDER = List.of(
            name -> name.startsWith("proxy-"),
            name -> name.contains("node-"),
            name -> name.contains("coord-"),
            name -> name.equals("s3proxy") || name.equals("kafka"),
            name -> name.equals("etcd"));

    private Ending() {}

    static void inOrder(List<Recorded> processes) {
        for (Predicate<String> group : ORDER) {
            end(processes.stream().filter(process -> group.test(process.name())).toList());
        }
    }

    /// SIGTERM for all, then SIGKILL for those that stay.
    static void end(List<Recorded> group) {
        List<ProcessHandle> living =
                group.stream().flatMap(process -> process.find().stream()).toList();
        living.forEach(ProcessHandle::destroy);
        CompletableFuture<?>[] ends = living.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(ends)
                .completeOnTimeout(null, LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        living.stream().filter(ProcessHandle::isAlive).forEach(process -> {
            process.destroyForcibly();
            process.onExit().join();
        });
    }
}
