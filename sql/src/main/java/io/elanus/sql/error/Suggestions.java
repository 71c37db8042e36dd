package io.elanus.sql.error;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/// Finds what a mistyped name probably meant.
public final class Suggestions {
    private Suggestions() {}

    /// `Did you mean "x"?` for the nearest of the known names, if one is near enough.
    public static Optional<String> didYouMean(String name, Collection<String> known) {
        return nearest(name, known).map("Did you mean \"%s\"?"::formatted);
    }

    /// The known name with the fewest edits, at most a third of its length and at least one.
    public static Optional<String> nearest(String name, Collection<String> known) {
        String wanted = name.toLowerCase(Locale.ROOT);
        String best = null;
        int fewest = Integer.MAX_VALUE;
        for (String candidate : known) {
            int edits = distance(wanted, candidate.toLowerCase(Locale.ROOT));
            if (edits < fewest || (edits == fewest && best != null && candidate.compareTo(best) < 0)) {
                fewest = edits;
                best = candidate;
            }
        }
        return best != null && fewest <= Math.max(1, Math.max(best.length(), wanted.length()) / 3)
                ? Optional.of(best)
                : Optional.empty();
    }

    /// Edits to make one of the other: insert, delete, replace, swap two neighbours.
    static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] current = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replace, Math.min(last[j], current[j - 1]) + 1);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    current[j] = Math.min(current[j], beforeLast[j - 2] + 1);
                }
            }
            int[] free = beforeLast;
            beforeLast = last;
            last = current;
            current = free;
        }
        return last[b.length()];
    }
}
