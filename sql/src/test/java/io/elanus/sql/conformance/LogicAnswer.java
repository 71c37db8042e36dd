package io.elanus.sql.conformance;

import io.elanus.sql.conformance.LogicRecord.Order;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An answer as the scripts write it: a value a line, integers without a fraction, reals with three digits of it.
final class LogicAnswer {
    private static final Pattern HASHED = Pattern.compile("(\\d+) values hashing to ([0-9a-f]{32})");
    private static final Pattern WHOLE = Pattern.compile("\\s*([+-]?\\d+).*", Pattern.DOTALL);

    private LogicAnswer() {}

    static List<String> of(ResultSet result, LogicRecord.Query query) throws SQLException {
        int width = result.getMetaData().getColumnCount();
        if (width != query.types().length()) {
            throw new SQLException(
                    "%d columns, not %d".formatted(width, query.types().length()), "columns");
        }
        var rows = new ArrayList<String[]>();
        while (result.next()) {
            String[] row = new String[width];
            for (int i = 0; i < width; i++) {
                row[i] = text(result.getObject(i + 1), query.types().charAt(i));
            }
            rows.add(row);
        }
        if (query.order() == Order.ROWSORT) {
            rows.sort(Comparator.comparing((String[] row) -> row, Arrays::compare));
        }
        var values = new ArrayList<String>();
        rows.forEach(row -> Collections.addAll(values, row));
        if (query.order() == Order.VALUESORT) {
            Collections.sort(values);
        }
        return values;
    }

    static String text(@Nullable Object value, char type) {
        return switch (value) {
            case null -> "NULL";
            case Boolean truth -> text(truth ? 1 : 0, type);
            case Number number
            when type == 'I' -> decimal(number).setScale(0, RoundingMode.DOWN).toPlainString();
            case Number number when type == 'R' -> String.format(Locale.ROOT, "%.3f", decimal(number));
            default -> type == 'I' ? whole(value.toString()) : printable(value.toString());
        };
    }

    private static BigDecimal decimal(Number number) {
        return number instanceof BigDecimal exact ? exact : new BigDecimal(number.toString());
    }

    private static String whole(String text) {
        Matcher digits = WHOLE.matcher(text);
        return digits.matches() ? digits.group(1) : "0";
    }

    private static String printable(String text) {
        return text.isEmpty() ? "(empty)" : text.replaceAll("[^ -~]", "@");
    }

    /// Whether these are the values that the script expects.
    static boolean agrees(List<String> values, List<String> expected) {
        Matcher hashed = expected.size() == 1 ? HASHED.matcher(expected.getFirst()) : HASHED.matcher("");
        if (!hashed.matches()) {
            return values.equals(expected);
        }
        return values.size() == Integer.parseInt(hashed.group(1))
                && hash(values).equals(hashed.group(2));
    }

    private static String hash(List<String> values) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            for (String value : values) {
                digest.update((value + "\n").getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has MD5.", e);
        }
    }
}
