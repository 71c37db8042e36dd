package io.elanus.sql.metrics;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// What every process tells of itself. Names that Prometheus' own client libraries use are used here too.
public final class ProcessMetrics {
    private static final double MILLIS = 1e-3;
    private static final double NANOS = 1e-9;

    private ProcessMetrics() {}

    /// Off-heap memory.
    public static void addMemory(Metrics metrics, LongSupplier used, LongSupplier limit) {
        metrics.gauge("elanus_off_heap_bytes", "Off-heap memory in use", used::getAsLong);
        metrics.gauge("elanus_off_heap_limit_bytes", "Most off-heap memory (memory.off-heap)", limit::getAsLong);
    }

    /// Adds them.
    ///
    /// @param version of the product
    public static void add(Metrics metrics, String version) {
        var runtime = ManagementFactory.getRuntimeMXBean();
        metrics.gauges(
                "elanus_build_info",
                "Always 1; the labels tell which version runs, on which Java",
                () -> List.of(new Metrics.Sample(
                        Map.of("version", version, "java", Runtime.version().toString()), 1)));
        metrics.gauge(
                "process_start_time_seconds",
                "When the process began, in seconds since 1970",
                () -> runtime.getStartTime() * MILLIS);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
            metrics.counted(
                    "process_cpu_seconds_total",
                    "Processor time of the process",
                    () -> Math.max(0, system.getProcessCpuTime()) * NANOS);
        }
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            metrics.gauge("process_open_fds", "Open files and sockets", system::getOpenFileDescriptorCount);
            metrics.gauge(
                    "process_max_fds", "Most files and sockets that may be open", system::getMaxFileDescriptorCount);
        }
        metrics.gauges("elanus_heap_bytes", "Memory of the Java heap: used, committed, and its limit", () -> {
            MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
            return List.of(
                    new Metrics.Sample(Map.of("state", "used"), heap.getUsed()),
                    new Metrics.Sample(Map.of("state", "committed"), heap.getCommitted()),
                    new Metrics.Sample(Map.of("state", "max"), heap.getMax()));
        });
        metrics.counted(
                "elanus_gc_seconds_total",
                "Time in which garbage was collected",
                () -> ManagementFactory.getGarbageCollectorMXBeans().stream()
                                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                                .sum()
                        * MILLIS);
        metrics.gauge(
                "elanus_platform_threads",
                "Threads of the operating system; virtual threads are not among them",
                () -> ManagementFactory.getThreadMXBean().getThreadCount());
    }
}
