package io.elanus.sql.copy;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.error.Suggestions;
import io.elanus.sql.parser.tree.Option;
import io.elanus.storage.ErrorCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The WITH of a COPY, by lower-case names.
public record CopyOptions(Map<String, String> values) {
    public CopyOptions {
        values = Map.copyOf(values);
    }

    /// @param known the names that there are
    public static CopyOptions of(List<Option> given, Set<String> known) {
        var values = new LinkedHashMap<String, String>();
        given.forEach(option -> values.put(option.name(), option.value()));
        return checked(values, known);
    }

    /// @param known the names that there are
    static CopyOptions checked(Map<String, String> values, Set<String> known) {
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                throw new QueryException(
                        ErrorCode.INVALID_PARAMETER,
                        "COPY has no option [%s].".formatted(name),
                        Suggestions.didYouMean(name, known)
                                .orElse("It has: "
                                        + String.join(
                                                ", ", known.stream().sorted().toList())
                                        + "."));
            }
        }
        return new CopyOptions(values);
    }

    public String text(String option, String byDefault) {
        return values.getOrDefault(option, byDefault);
    }

    public boolean flag(String option, boolean byDefault) {
        String value = values.get(option);
        return value == null ? byDefault : value.equals("true") || value.equals("1") || value.equals("match");
    }

    public long number(String option, long byDefault) {
        String value = values.get(option);
        try {
            return value == null ? byDefault : Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new QueryException(
                    ErrorCode.INVALID_PARAMETER,
                    "Option [%s] takes a whole number, given [%s].".formatted(option, value),
                    0,
                    null,
                    e);
        }
    }

    public char character(String option, char byDefault) {
        String value = values.get(option);
        if (value == null) {
            return byDefault;
        }
        String character = value.equals("\\t") ? "\t" : value;
        if (character.length() != 1 || character.charAt(0) > 127) {
            throw new QueryException(
                    ErrorCode.INVALID_PARAMETER,
                    "Option [%s] takes one ASCII character, given [%s].".formatted(option, value));
        }
        return character.charAt(0);
    }
}
