package io.elanus.sql.conformance;

import java.nio.charset.StandardCharsets;

/// Which queries are asked: those whose hash, of seed, file and number in the file, is below the share. It does not
/// depend on what else is asked, and a greater share holds the smaller one.
///
/// @param share of all queries, 0 to 1
record LogicSample(double share, long seed) {
    /// @param file its name in the suite, such as `test/select1.test`
    /// @param number of the query in the file, from 0
    boolean holds(String file, int number) {
        long hash = mixed(fnv(file) + mixed(seed + mixed(number)));
        return (hash >>> 11) * 0x1.0p-53 < share;
    }

    private static long fnv(String text) {
        long hash = 0xcbf29ce484222325L;
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (each & 0xff)) * 0x100000001b3L;
        }
        return hash;
    }

    /// The finaliser of SplitMix64.
    private static long mixed(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
