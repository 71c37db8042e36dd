package io.elanus.sql.bench;

import java.util.Locale;
import java.util.StringJoiner;

/// One flat JSON object on one line.
final class JsonLine {
    private final StringJoiner fields = new StringJoiner(", ", "{", "}");

    JsonLine text(String key, String value) {
        fields.add("\"" + key + "\": \"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
        return this;
    }

    JsonLine number(String key, double value) {
        String text = String.format(Locale.ROOT, "%.4f", value);
        fields.add("\"" + key + "\": " + (text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text));
        return this;
    }

    @Override
    public String toString() {
        return fields.toString();
    }
}
