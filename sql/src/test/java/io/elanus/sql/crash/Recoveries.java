package io.elanus.sql.crash;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/// How long it took until something was served again, by kind of fault.
final class Recoveries {
    private final SortedMap<String, List<Long>> millis = new TreeMap<>();

    void add(String kind, long tookMillis) {
        millis.computeIfAbsent(kind, _ -> new ArrayList<>()).add(tookMillis);
    }

    /// A line a kind, one over all kills of one process, and one over all.
    ///
    /// @param title what was waited for
    void print(PrintStream out, String title) {
        var all = new ArrayList<Long>();
        var kills = new ArrayList<Long>();
        out.printf("%n%-28s %6s %10s %10s %10s%n", title, "faults", "median", "99 of 100", "longest");
        millis.forEach((kind, times) -> {
            print(out, kind, times);
            all.addAll(times);
            if (kind.startsWith("kill -9 ") && !kind.endsWith(" all roles")) {
                kills.addAll(times);
            }
        });
        print(out, "any kill -9 of one process", kills);
        print(out, "all", all);
    }

    private static void print(PrintStream out, String kind, List<Long> times) {
        if (times.isEmpty()) {
            return;
        }
        List<Long> sorted = times.stream().sorted().toList();
        out.printf(
                Locale.ROOT,
                "%-28s %6d %8.1f s %8.1f s %8.1f s%n",
                kind,
                sorted.size(),
                sorted.get(sorted.size() / 2) / 1e3,
                sorted.get((sorted.size() * 99 - 1) / 100) / 1e3,
                sorted.getLast() / 1e3);
    }
}
