package io.elanus.sql.exec;

import java.util.Arrays;

/// How often a row comes out of INTERSECT or EXCEPT, given how often it is in each input.
@FunctionalInterface
interface SetRule {
    long copies(long[] counts);

    static SetRule intersect(boolean all) {
        return counts -> {
            long least = Arrays.stream(counts).min().orElse(0);
            return all ? least : Math.min(1, least);
        };
    }

    static SetRule except(boolean all) {
        return counts -> {
            long others = Arrays.stream(counts).skip(1).sum();
            if (all) {
                return Math.max(0, counts[0] - others);
            }
            return counts[0] > 0 && others == 0 ? 1 : 0;
        };
    }
}
