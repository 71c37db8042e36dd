package io.elanus.sql.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// What [JdbcBench] prints: lines of a table, or of JSON.
///
/// @param filter share of the rows that pass
record JdbcReport(PrintStream out, boolean json, double filter) {
    /// Seconds that something took.
    ///
    /// @param first after the start of our server, which has compiled nothing for it yet
    /// @param again after that
    record Twice(double first, double again) {}

    void heading() {
        if (!json) {
            out.printf(
                    "%-9s %6s %7s %8s %9s %8s %8s %8s %6s%n",
                    "system", "effort", "clients", "recall", "qps", "p50_ms", "p99_ms", "cpu_ms", "rows");
        }
    }

    /// @param inserts of the rows, in batches
    /// @param copies of the same rows, as text
    /// @param indexing of them
    void loaded(SearchTarget target, int count, Twice inserts, Twice copies, Twice indexing) {
        if (json) {
            out.println(new JsonLine()
                    .text("system", target.name())
                    .text("phase", "load")
                    .number("rows", count)
                    .number("first_load_s", inserts.first())
                    .number("load_s", inserts.again())
                    .number("first_copy_s", copies.first())
                    .number("copy_s", copies.again())
                    .number("first_index_s", indexing.first())
                    .number("index_s", indexing.again()));
        } else {
            out.printf(
                    "%-9s %d rows: INSERT %.1f s, again %.1f; COPY %.1f s, again %.1f; index %.1f s, again %.1f%n",
                    target.name(),
                    count,
                    inserts.first(),
                    inserts.again(),
                    copies.first(),
                    copies.again(),
                    indexing.first(),
                    indexing.again());
        }
    }

    void searched(SearchTarget target, int effort, int count, ClientRun run) {
        if (json) {
            out.println(new JsonLine()
                    .text("system", target.name())
                    .text("phase", "search")
                    .number("effort", effort)
                    .number("clients", count)
                    .number("filter", filter)
                    .number("recall", run.recall())
                    .number("qps", run.qps())
                    .number("p50_ms", run.p50Millis())
                    .number("p99_ms", run.p99Millis())
                    .number("server_cpu_ms", run.cpuMillis())
                    .number("rows", run.rows()));
            return;
        }
        out.printf(
                "%-9s %6d %7d %8.4f %9.0f %8.3f %8.3f %8.3f %6.1f%n",
                target.name(),
                effort,
                count,
                run.recall(),
                run.qps(),
                run.p50Millis(),
                run.p99Millis(),
                run.cpuMillis(),
                run.rows());
    }

    void compare(SearchSweep ours, SearchSweep peers, double recall, int count) {
        double[] a = at(ours, recall, count);
        double[] b = at(peers, recall, count);
        if (json) {
            out.println(new JsonLine()
                    .text("phase", "ratio")
                    .text("peer", peers.target().name())
                    .number("recall", recall)
                    .number("clients", count)
                    .number("qps", a[0])
                    .number("peer_qps", b[0])
                    .number("qps_ratio", a[0] / b[0])
                    .number("p50_ms", a[1])
                    .number("peer_p50_ms", b[1])
                    .number("cpu_ratio", b[2] / a[2]));
        } else {
            out.printf(
                    Locale.ROOT,
                    "at recall %.3f, %d clients: %.0f queries/s against %.0f of %s, ratio %.2f; p50 %.2f and %.2f ms; CPU ratio %.2f%n",
                    recall,
                    count,
                    a[0],
                    b[0],
                    peers.target().name(),
                    a[0] / b[0],
                    a[1],
                    b[1],
                    b[2] / a[2]);
        }
    }

    /// Queries a second, p50 and CPU milliseconds of the server at this recall; not a number: never that right.
    private static double[] at(SearchSweep sweep, double recall, int count) {
        List<ToDoubleFunction<ClientRun>> values = List.of(ClientRun::qps, ClientRun::p50Millis, ClientRun::cpuMillis);
        return values.stream()
                .mapToDouble(value -> ValueAtRecall.at(
                                recall,
                                sweep.points().stream()
                                        .filter(point -> point.clients() == count)
                                        .map(point -> new ValueAtRecall.Point(
                                                point.run().recall(), Math.max(1e-9, value.applyAsDouble(point.run()))))
                                        .toList())
                        .orElse(Double.NaN))
                .toArray();
    }
}
