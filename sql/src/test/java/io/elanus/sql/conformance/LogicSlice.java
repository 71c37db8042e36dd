package io.elanus.sql.conformance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Leaves out of a script what no query that is asked can see: most scripts make a table or a view for a few queries
/// and drop it again, and of a small share of the queries most are not asked.
///
/// A name has a life from its CREATE to its DROP. A life is needed when a query that is asked names it, or a statement
/// about a needed one does. Statements about lives that are not needed are left out; those that say nothing of a
/// table or a view, or must be refused, stay.
final class LogicSlice {
    private static final Pattern CREATED = pattern("CREATE\\s+(?:TEMP\\s+)?(?:TABLE|VIEW)\\s+(\\w+)");
    private static final Pattern INDEXED = pattern("CREATE\\s+(?:UNIQUE\\s+)?INDEX\\s+(\\w+)\\s+ON\\s+(\\w+)");
    private static final Pattern DROPPED = pattern("DROP\\s+(?:TABLE|VIEW|INDEX)\\s+(IF\\s+EXISTS\\s+)?(\\w+)");
    private static final Pattern CHANGED = pattern("(?:INSERT.*?INTO|REPLACE\\s+INTO|UPDATE|DELETE\\s+FROM)\\s+(\\w+)");

    /// Of statements that are always kept, and of those that never are.
    private static final int ALWAYS = -1;

    private static final int NEVER = -2;

    private final Map<String, Integer> lives = new HashMap<>();
    private final List<Part> parts = new ArrayList<>();
    private int count;

    /// @param life that the statement is about
    /// @param seen lives that it names
    private record Part(LogicRecord step, int life, Set<Integer> seen) {}

    private LogicSlice() {}

    private static Pattern pattern(String begin) {
        return Pattern.compile(begin + "\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }

    static List<LogicRecord> of(List<LogicRecord> steps) {
        var slice = new LogicSlice();
        steps.forEach(slice::add);
        Set<Integer> needed = slice.needed();
        return slice.parts.stream()
                .filter(part -> part.life == ALWAYS || needed.contains(part.life))
                .map(Part::step)
                .toList();
    }

    private Set<Integer> needed() {
        var needed = new HashSet<Integer>();
        int before;
        do {
            before = needed.size();
            for (Part part : parts) {
                if (part.life == ALWAYS || needed.contains(part.life)) {
                    needed.addAll(part.seen);
                }
            }
        } while (needed.size() > before);
        return needed;
    }

    private void add(LogicRecord step) {
        Set<Integer> seen = Arrays.stream(step.sql().toLowerCase(Locale.ROOT).split("\\W+"))
                .map(lives::get)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        int life = step instanceof LogicRecord.Statement statement && !statement.fails()
                ? life(statement.sql().toLowerCase(Locale.ROOT))
                : ALWAYS;
        parts.add(new Part(step, life, seen));
    }

    private int life(String sql) {
        Matcher created = CREATED.matcher(sql);
        if (created.matches()) {
            return lives.computeIfAbsent(created.group(1), _ -> count++);
        }
        Matcher indexed = INDEXED.matcher(sql);
        if (indexed.matches()) {
            int life = lives.getOrDefault(indexed.group(2), ALWAYS);
            lives.put(indexed.group(1), life);
            return life;
        }
        Matcher dropped = DROPPED.matcher(sql);
        if (dropped.matches()) {
            Integer life = lives.remove(dropped.group(2));
            return life != null ? life : dropped.group(1) == null ? ALWAYS : NEVER;
        }
        Matcher changed = CHANGED.matcher(sql);
        return changed.matches() ? lives.getOrDefault(changed.group(1), ALWAYS) : ALWAYS;
    }
}
