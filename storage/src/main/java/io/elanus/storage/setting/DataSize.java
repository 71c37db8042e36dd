package io.elanus.storage.setting;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An amount of memory or storage. Units are powers of 1024: `kB`, `MB`, `GB`, `TB`, as databases use them.
public record DataSize(long bytes) implements Comparable<DataSize> {
    private static final Pattern FORM = Pattern.compile("(\\d+)\\s*([kmgt]?b)", Pattern.CASE_INSENSITIVE);

    public DataSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("A size is not negative, given [%d]".formatted(bytes));
        }
    }

    public static DataSize ofMegabytes(long megabytes) {
        return new DataSize(Math.multiplyExact(megabytes, 1L << 20));
    }

    public static DataSize parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "[%s] is not a size. Write a number and a unit, such as 64 MB.".formatted(text));
        }
        int shift = switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
            case "kb" -> 10;
            case "mb" -> 20;
            case "gb" -> 30;
            case "tb" -> 40;
            default -> 0;
        };
        return new DataSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << shift));
    }

    public int toIntBytes() {
        return Math.toIntExact(bytes);
    }

    @Override
    public int compareTo(DataSize other) {
        return Long.compare(bytes, other.bytes);
    }

    @Override
    public String toString() {
        String[] units = {"B", "kB", "MB", "GB", "TB"};
        long amount = bytes;
        int unit = 0;
        while (unit < units.length - 1 && amount != 0 && (amount & 1023) == 0) {
            amount >>= 10;
            unit++;
        }
        return amount + " " + units[unit];
    }
}
