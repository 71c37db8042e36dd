package io.elanus.sql.conformance;

import java.io.PrintStream;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Passes, and failures by their kind with the first of each. A kind is the SQLSTATE and the message without names,
/// numbers and places. Thread safe while it counts.
final class Tally {
    private static final Pattern PARTICULAR = Pattern.compile("\\[[^\\]]*]|'[^']*'|\"[^\"]*\"|\\d+");
    private static final Set<String> QUERIES = Set.of("SELECT", "VALUES", "WITH", "");
    private static final int SHOWN = 600;

    private final Map<String, Kind> kinds = new TreeMap<>();
    private final Map<String, Spent> spent = new TreeMap<>();
    private final boolean listing;
    private long statements;
    private long queries;
    private long failed;
    private long nanos;

    /// @param count how many failed this way
    /// @param first the first of them
    record Kind(long count, String first) {}

    /// What the statements that begin with the same word took.
    record Spent(long count, long nanos) {
        Spent plus(Spent other) {
            return new Spent(count + other.count, nanos + other.nanos);
        }
    }

    /// @param listing prints every failure as it comes, not only the first of each kind in the end
    Tally(boolean listing) {
        this.listing = listing;
    }

    synchronized void passed(String sql, long spentNanos) {
        count(sql, spentNanos);
    }

    synchronized void failed(String sql, String where, String cause, String detail, long spentNanos) {
        count(sql, spentNanos);
        failed++;
        String first = "%s: %s%n      %s".formatted(where, sql, detail);
        if (listing) {
            System.out.printf("%s: %s%n", cause, shortened(first));
        }
        kinds.merge(cause, new Kind(1, first), (old, _) -> new Kind(old.count() + 1, old.first()));
    }

    private void count(String sql, long spentNanos) {
        String verb = verb(sql);
        if (QUERIES.contains(verb)) {
            queries++;
        } else {
            statements++;
        }
        nanos += spentNanos;
        spent.merge(verb, new Spent(1, spentNanos), Spent::plus);
    }

    /// CREATE and DROP with what they create and drop.
    private static String verb(String sql) {
        String[] words = sql.toUpperCase(Locale.ROOT).split("[\\s(]+", 3);
        boolean definition = words[0].equals("CREATE") || words[0].equals("DROP");
        return definition && words.length > 1 ? words[0] + " " + words[1] : words[0];
    }

    static String cause(SQLException error) {
        String message = String.valueOf(error.getMessage()).lines().findFirst().orElse("");
        return error.getSQLState() + " " + PARTICULAR.matcher(message).replaceAll("…");
    }

    long statements() {
        return statements;
    }

    long queries() {
        return queries;
    }

    long failed() {
        return failed;
    }

    Map<String, Kind> kinds() {
        return kinds;
    }

    void print(PrintStream out) {
        out.printf(
                "%d statements and %d queries in %.1f s: %d passed, %d failed%n",
                statements, queries, nanos / 1e9, statements + queries - failed, failed);
        spent.forEach((verb, time) ->
                out.printf("%8d %-14s %8.2f ms each%n", time.count(), verb, time.nanos() / 1e6 / time.count()));
        kinds.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<String, Kind> kind) ->
                                kind.getValue().count())
                        .reversed())
                .forEach(kind -> out.printf(
                        "%6d  %s%n      %s%n",
                        kind.getValue().count(),
                        kind.getKey(),
                        shortened(kind.getValue().first())));
    }

    private static String shortened(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
