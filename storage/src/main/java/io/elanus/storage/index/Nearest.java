package io.elanus.storage.index;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// The word that a misspelt one was probably meant to be: the least edit distance.
final class Nearest {
    private Nearest() {}

    static String of(String given, List<String> words) {
        String folded = given.toLowerCase(Locale.ROOT);
        return words.stream()
                .min(Comparator.comparingInt(word -> edits(folded, word)))
                .orElseThrow();
    }

    private static int edits(String from, String to) {
        int[] previous = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] current = new int[to.length() + 1];
            current[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replace = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replace, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
