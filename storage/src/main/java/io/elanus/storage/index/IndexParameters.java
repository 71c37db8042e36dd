package io.elanus.storage.index;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// The parameters of one index, checked against what its format takes, with the defaults filled in. Case and
/// underscores do not matter, so the papers' `M` and `efConstruction` are the standard `m` and `ef_construction`.
public final class IndexParameters {
    private final Map<String, Long> values = new HashMap<>();

    private IndexParameters() {}

    /// Fails with `INVALID_PARAMETER`, naming the nearest valid name or the allowed range.
    public static IndexParameters check(String format, List<IndexParameter> known, Map<String, String> given) {
        IndexParameters checked = new IndexParameters();
        known.forEach(parameter -> checked.values.put(parameter.name(), parameter.defaultValue()));
        given.forEach((name, value) -> {
            IndexParameter parameter = find(format, known, name);
            checked.values.put(parameter.name(), parse(format, parameter, value));
        });
        return checked;
    }

    public int number(String name) {
        return Math.toIntExact(value(name));
    }

    /// The position of the chosen word among the choices.
    public int choice(String name) {
        return Math.toIntExact(value(name));
    }

    private long value(String name) {
        Long value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("No such parameter: " + name);
        }
        return value;
    }

    private static IndexParameter find(String format, List<IndexParameter> known, String name) {
        for (IndexParameter parameter : known) {
            if (folded(parameter.name()).equals(folded(name))) {
                return parameter;
            }
        }
        List<String> names = known.stream().map(IndexParameter::name).toList();
        if (names.isEmpty()) {
            throw invalid("Index type [%s] takes no parameters, given [%s]. Leave it out.".formatted(format, name));
        }
        String takes = names.stream().map(n -> "[" + n + "]").collect(Collectors.joining(", "));
        throw invalid("Index type [%s] has no parameter [%s]. Did you mean [%s]? It takes %s."
                .formatted(format, name, Nearest.of(name, names), takes));
    }

    private static long parse(String format, IndexParameter parameter, String value) {
        String text = value.strip().toLowerCase(Locale.ROOT);
        if (!parameter.choices().isEmpty()) {
            int choice = parameter.choices().indexOf(text);
            if (choice < 0) {
                throw invalid("Parameter [%s] of index type [%s] takes %s, given [%s]. Did you mean [%s]?"
                        .formatted(
                                parameter.name(),
                                format,
                                parameter.range(),
                                value,
                                Nearest.of(text, parameter.choices())));
            }
            return choice;
        }
        try {
            long number =
                    new BigDecimal(text).movePointRight(parameter.digits()).longValueExact();
            if (number >= parameter.min() && number <= parameter.max()) {
                return number;
            }
        } catch (ArithmeticException | NumberFormatException _) {
            // Not a number: the same complaint as a number out of range.
        }
        throw invalid("Parameter [%s] of index type [%s] takes a %s from %s, given [%s]. Default is [%s]."
                .formatted(
                        parameter.name(),
                        format,
                        parameter.digits() == 0 ? "whole number" : "number",
                        parameter.range(),
                        value,
                        parameter.text(parameter.defaultValue())));
    }

    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT).replace("_", "");
    }

    private static StorageException invalid(String message) {
        return new StorageException(ErrorCode.INVALID_PARAMETER, message);
    }
}
