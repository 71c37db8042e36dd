package io.elanus.sql.tpch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;

/// The 22 queries with the parameters of the specification's validation runs.
final class TpchQueries {
    static final int COUNT = 22;
    private static final double FRACTION_AT_ONE = 0.0001;

    private TpchQueries() {}

    /// @param scale query 11 asks for a share of the whole that shrinks with it
    static String text(int number, double scale) throws IOException {
        String name = String.format(Locale.ROOT, "/tpch/q%02d.sql", number);
        try (InputStream file = Objects.requireNonNull(TpchQueries.class.getResourceAsStream(name), name)) {
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            return text.replace("{fraction}", String.format(Locale.ROOT, "%.10f", FRACTION_AT_ONE / scale));
        }
    }
}
