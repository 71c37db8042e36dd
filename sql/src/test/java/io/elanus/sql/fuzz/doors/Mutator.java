package io.elanus.sql.fuzz.doors;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/// Spoils what is valid. For one thread.
final class Mutator {
    private static final int LONGEST = 64 * 1024;
    private static final byte[] EDGES = {0, 1, 0x7f, (byte) 0x80, (byte) 0xff, 0x20, 0x0a, 0x22, 0x27, 0x5c};
    private static final List<String> WORDS = List.of(
            "SELECT",
            "FROM",
            "WHERE",
            "NULL",
            "(",
            ")",
            "((((((((",
            "))",
            ",",
            ";",
            "'",
            "''",
            "\"",
            "--",
            "/*",
            "*/",
            "$$",
            "?",
            "??",
            "::",
            "[",
            "]",
            "{",
            "}",
            "{fn ",
            "{ts '",
            "{d '",
            "0",
            "-1",
            "1e999",
            "NaN",
            "9223372036854775808",
            "-9223372036854775808",
            "0.00000000000000000000000000000000000001",
            "VECTOR(0)",
            "VECTOR(99999999)",
            "'[1,2,NaN]'",
            "<->",
            "<=>",
            "<#>",
            "LIMIT",
            "OFFSET",
            "GROUP BY",
            "ORDER BY",
            "UNION ALL",
            "JOIN LATERAL",
            "WITH RECURSIVE",
            "CASE WHEN",
            "CAST(",
            "OVER (",
            "\u0000",
            "\ud83d\ude00",
            "\ufeff",
            "é",
            Trap.NAME,
            "NOT NOT");

    private final RandomGenerator random;

    Mutator(RandomGenerator random) {
        this.random = random;
    }

    /// The text with one to four changes.
    ///
    /// @param others to take parts from
    String text(String valid, List<String> others) {
        var text = new StringBuilder(valid);
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            change(text, others.get(random.nextInt(others.size())));
        }
        return text.substring(0, Math.min(text.length(), LONGEST));
    }

    private void change(StringBuilder text, String other) {
        int at = random.nextInt(text.length() + 1);
        int to = Math.min(text.length(), at + random.nextInt(1, 20));
        switch (random.nextInt(8)) {
            case 0 -> text.delete(at, to);
            case 1 -> text.insert(at, WORDS.get(random.nextInt(WORDS.size())));
            case 2 -> text.insert(at, " " + WORDS.get(random.nextInt(WORDS.size())) + " ");
            case 3 -> text.insert(at, text.substring(at, to).repeat(random.nextInt(1, 50)));
            case 4 -> {
                int from = random.nextInt(other.length());
                text.insert(at, other, from, Math.min(other.length(), from + random.nextInt(1, 40)));
            }
            case 5 -> text.setLength(at);
            case 6 -> text.replace(at, to, String.valueOf((char) random.nextInt(0x2_0000)));
            default -> text.replace(at, to, Integer.toString(random.nextInt()));
        }
    }

    /// The bytes with one to four changes.
    byte[] bytes(byte[] valid) {
        byte[] bytes = valid;
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            bytes = change(bytes);
        }
        return bytes.length > LONGEST ? Arrays.copyOf(bytes, LONGEST) : bytes;
    }

    private byte[] change(byte[] bytes) {
        int at = random.nextInt(bytes.length + 1);
        int to = Math.min(bytes.length, at + random.nextInt(1, 16));
        return switch (random.nextInt(7)) {
            case 0 -> splice(bytes, at, new byte[0], to);
            case 1 -> splice(bytes, at, random(random.nextInt(1, 12)), at);
            case 2 ->
                splice(bytes, at, new byte[] {EDGES[random.nextInt(EDGES.length)]}, Math.min(bytes.length, at + 1));
            case 3 -> splice(bytes, at, Arrays.copyOfRange(bytes, at, to), at);
            case 4 -> splice(bytes, at, WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.UTF_8), at);
            case 5 -> Arrays.copyOf(bytes, at);
            default -> flip(bytes, at);
        };
    }

    private byte[] random(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] flip(byte[] bytes, int at) {
        byte[] flipped = bytes.clone();
        if (at < bytes.length) {
            flipped[at] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    private static byte[] splice(byte[] bytes, int from, byte[] middle, int to) {
        byte[] all = Arrays.copyOf(bytes, from + middle.length + bytes.length - to);
        System.arraycopy(middle, 0, all, from, middle.length);
        System.arraycopy(bytes, to, all, from + middle.length, bytes.length - to);
        return all;
    }
}
